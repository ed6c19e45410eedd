import type { FileDiff, Hunk } from '../diff/patch.ts'
import { folderOf, nameOf } from '../paths.ts'
import { kindOfFile, riskOf } from './risk.ts'

/** Hunks of one file that are to be asked about, in the file's order. */
export type FileHunks = {
  readonly diff: FileDiff
  readonly hunks: readonly Hunk[]
}

/** Most valuable first, and of one value the files of a folder side by side: what is cut at the end is worth the least. */
export function byRisk<File extends FileHunks>(files: readonly File[]): readonly File[] {
  const ranked = files.map((file) => ({ file, risk: riskOfFile(file), folder: folderOf(file.diff.path) }))
  const places = new Map<string, number>()
  for (const { risk, folder } of ranked)
    places.set(`${risk} ${folder}`, places.get(`${risk} ${folder}`) ?? places.size)
  const placeOf = ({ risk, folder }: { risk: number; folder: string }) => places.get(`${risk} ${folder}`) ?? 0
  return ranked.toSorted((a, b) => a.risk - b.risk || placeOf(a) - placeOf(b)).map(({ file }) => file)
}

/** The same files with each test behind the file that it tests, where that changed as well. */
export function testsBesideSubjects<File extends FileHunks>(files: readonly File[]): readonly File[] {
  const subjects = Map.groupBy(
    files.filter(({ diff }) => kindOfFile(diff.path) === 'logic'),
    ({ diff }) => stemOf(diff.path),
  )
  const tests = new Map<File, File[]>()
  const moved = new Set<File>()
  for (const file of files) {
    if (kindOfFile(file.diff.path) !== 'test') continue
    const subject = nearest(file.diff.path, subjects.get(stemOf(file.diff.path)) ?? [])
    if (subject === null) continue
    tests.set(subject, [...(tests.get(subject) ?? []), file])
    moved.add(file)
  }
  return files.flatMap((file) => (moved.has(file) ? [] : [file, ...(tests.get(file) ?? [])]))
}

function riskOfFile({ diff, hunks }: FileHunks): number {
  return hunks.reduce((least, hunk) => Math.min(least, riskOf(diff, hunk)), Number.POSITIVE_INFINITY)
}

/** `price` for price.ts, price.test.ts, test_price.py, price_test.go and PriceTest.java. */
function stemOf(path: string): string {
  const name = nameOf(path).replace(/\.[^.]+$/, '')
  return name.replace(/^test_|[._-](?:tests?|spec|e2e)$|(?<=[a-z0-9])(?:Tests?|IT|Spec)$/, '').toLowerCase()
}

/** So many files of one name tell nothing any more about which of them a test is for, unless it stands beside it. */
const mostNamesakes = 50

/** The one beside the test, or whose path has the most in common with that of the test. */
function nearest<File extends FileHunks>(path: string, candidates: readonly File[]): File | null {
  const folder = folderOf(path)
  const words = new Set(folder.split('/'))
  const common = ({ diff }: FileHunks) =>
    folderOf(diff.path)
      .split('/')
      .filter((word) => words.has(word)).length
  if (candidates.length > mostNamesakes)
    return candidates.find(({ diff }) => folderOf(diff.path) === folder) ?? null
  return candidates.toSorted((a, b) => common(b) - common(a))[0] ?? null
}
