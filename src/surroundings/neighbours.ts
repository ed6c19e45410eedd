import type { FileDiff } from '../diff/patch.ts'
import { isTest, isWritten, subjectOf, testGuesses, wordsOf } from './file-names.ts'
import { type Import, importsOf } from './imports.ts'
import { hasNames, languageOf } from './languages.ts'
import { sharesFolder } from './links.ts'
import { newFiles } from './new-files.ts'
import { folderOf, inFolder, nameOf } from '../paths.ts'

export type ListedEntry = {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'other'
  readonly byteSize: number | null
}

/** Entries by the folder's path; the root's is ''. */
export type Folders = ReadonlyMap<string, readonly ListedEntry[]>

/** Larger files are data, or would cost more than they tell. */
const mostBytes = 60_000
const mostGuesses = 2
const mostSiblings = 3
/** Of a folder, files that are looked at for the likeness of their names. */
const mostAlike = 20

/** The folders with the most of these files first. */
export function foldersToList(paths: readonly string[], limit: number): readonly string[] {
  const files = new Map<string, number>()
  for (const path of paths) files.set(folderOf(path), (files.get(folderOf(path)) ?? 0) + 1)
  const folders = [...files].sort(([, one], [, other]) => other - one)
  return folders.slice(0, limit).map(([folder]) => folder)
}

type Wanted = { readonly path: string; readonly score: number }

/**
 * Paths, best first, of files that probably define what the change uses or call what it changes. What an import or a
 * custom names in a folder that is not listed is a guess: it may not exist.
 */
export function neighboursOf(
  diffs: readonly FileDiff[],
  texts: ReadonlyMap<string, string>,
  folders: Folders,
  limit: number,
): readonly string[] {
  const known = new Set([...diffs.map(({ path }) => path), ...texts.keys()])
  const created = newFiles(diffs)
  const repository = readFolders(folders, known)
  const scores = new Map<string, { score: number; rank: number }>()
  for (const diff of diffs) {
    const wanted = wantedBy(diff, texts.get(diff.path) ?? created.get(diff.path) ?? '', repository).filter(
      ({ path }) => !known.has(path) && isWritten(path) && hasNames(languageOf(path)),
    )
    wanted
      .sort((one, other) => other.score - one.score)
      .forEach(({ path, score }, rank) => {
        const before = scores.get(path)
        if (before === undefined || before.score < score) scores.set(path, { score, rank })
      })
  }
  return [...scores]
    .sort(([, one], [, other]) => other.score - one.score || one.rank - other.rank)
    .slice(0, limit)
    .map(([path]) => path)
}

type Repository = {
  readonly known: ReadonlySet<string>
  readonly topFolders: ReadonlySet<string>
  /** By folder the names of its files that are small enough to read. */
  readonly files: ReadonlyMap<string, ReadonlySet<string>>
  /** By folder the names of those in it. */
  readonly folders: ReadonlyMap<string, ReadonlySet<string>>
  /** By folder a few files that did not change. */
  readonly firstFiles: ReadonlyMap<string, readonly string[]>
  /** By folder and word the files that have it in their name. */
  readonly byWord: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>
}

function wantedBy(diff: FileDiff, text: string, repository: Repository): Wanted[] {
  if (!hasNames(languageOf(diff.path))) return []
  const changes = diff.hunks
    .flatMap(({ lines }) => lines.filter(({ kind }) => kind !== 'context').map((line) => line.text))
    .join('\n')
  return [
    ...importsOf(diff.path, text).flatMap((imported) => {
      const score = usesNameOf(imported, changes) ? 10 : 4
      return resolve(imported, repository).map((path, at) => ({ path, score: score - 2 * at }))
    }),
    ...siblingsOf(diff.path, repository),
    ...testGuesses(diff.path)
      .filter((path) => !isTest(diff.path) && mayExist(path, repository) && isInKnownFolder(path, repository))
      .map((path) => ({ path, score: 5 })),
  ]
}

function usesNameOf({ statement }: Import, changes: string): boolean {
  const names = statement.match(/[A-Za-z_$\x80-\uffff][\w$]{2,}/g) ?? []
  return names.some(
    (name) => !/^(?:import|from|require|include|use|type|const|crate)$/.test(name) && changes.includes(name),
  )
}

function resolve({ guesses, isRelative }: Import, repository: Repository): readonly string[] {
  if (guesses.some((path) => repository.known.has(path))) return []
  const possible = guesses.filter((path) => {
    return mayExist(path, repository) && (isRelative || isInKnownFolder(path, repository))
  })
  const certain = possible.find((path) => repository.files.has(folderOf(path)))
  return (certain === undefined ? possible.slice(0, mostGuesses) : [certain]).flatMap((path) => {
    return path.endsWith('/') ? packageFiles(path, repository) : [path]
  })
}

/** `internal/db/` has its main things in `internal/db/db.go`, if anywhere. */
function packageFiles(folder: string, { files }: Repository): readonly string[] {
  const listed = files.get(folderOf(folder))
  if (listed === undefined) return [`${folder}${nameOf(folderOf(folder))}.go`]
  return [...listed]
    .map((name) => folder + name)
    .filter((path) => !isTest(path))
    .slice(0, mostGuesses)
}

/** Does the repository have its top folder, as far as we know? */
function isInKnownFolder(path: string, { topFolders }: Repository): boolean {
  return topFolders.has(path.split('/')[0] ?? '')
}

/** No, if the innermost folder above it that is listed does not have what leads there. */
function mayExist(path: string, { files, folders }: Repository): boolean {
  const inner = folderOf(path)
  if (files.has(inner)) return path.endsWith('/') || files.get(inner)?.has(nameOf(path)) === true
  let folder = inner
  while (folder !== '') {
    const above = folderOf(folder)
    if (folders.has(above)) return folders.get(above)?.has(nameOf(folder)) === true
    folder = above
  }
  return true
}

function siblingsOf(path: string, { firstFiles, byWord }: Repository): Wanted[] {
  const folder = folderOf(path)
  const language = languageOf(path)
  const words = wordsOf(path)
  const shared = new Map<string, number>()
  for (const word of words) {
    for (const name of byWord.get(folder)?.get(word) ?? []) shared.set(name, (shared.get(name) ?? 0) + 1)
  }
  if (sharesFolder.has(language)) {
    for (const name of firstFiles.get(folder) ?? []) shared.set(name, shared.get(name) ?? 0)
  }
  return [...shared]
    .filter(([name]) => languageOf(name) === language)
    .map(([name, words]) => ({ path: inFolder(folder, name), score: likeness(path, name, words) }))
    .sort((one, other) => other.score - one.score)
    .slice(0, mostSiblings)
}

function likeness(path: string, name: string, sharedWords: number): number {
  if (subjectOf(path) === subjectOf(name)) return isTest(path) ? 9 : 7
  const most = Math.max(wordsOf(path).length, wordsOf(name).length, 1)
  return (sharesFolder.has(languageOf(path)) ? 3 : 1) + sharedWords / most - (isTest(name) ? 1 : 0)
}

function readFolders(listed: Folders, known: ReadonlySet<string>): Repository {
  const files = new Map<string, ReadonlySet<string>>()
  const folders = new Map<string, ReadonlySet<string>>()
  const firstFiles = new Map<string, readonly string[]>()
  const byWord = new Map<string, ReadonlyMap<string, readonly string[]>>()
  for (const [folder, entries] of listed) {
    const isSmallFile = ({ kind, byteSize }: ListedEntry) => kind === 'file' && (byteSize ?? 0) <= mostBytes
    const names = entries.filter(isSmallFile).map(({ name }) => name)
    files.set(folder, new Set(names))
    folders.set(folder, new Set(entries.filter(({ kind }) => kind === 'folder').map(({ name }) => name)))
    const unchanged = names.filter((name) => !known.has(inFolder(folder, name)))
    firstFiles.set(folder, unchanged.slice(0, mostAlike))
    byWord.set(folder, namesByWord(unchanged))
  }
  const inFolders = [...known].filter((path) => path.includes('/'))
  const topFolders = new Set([
    ...inFolders.map((path) => path.split('/')[0] ?? ''),
    ...(folders.get('') ?? []),
  ])
  return { known, files, folders, firstFiles, byWord, topFolders }
}

function namesByWord(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const byWord = new Map<string, string[]>()
  for (const name of names) {
    for (const word of wordsOf(name)) {
      const same = byWord.get(word) ?? []
      if (same.length < mostAlike) byWord.set(word, [...same, name])
    }
  }
  return byWord
}
