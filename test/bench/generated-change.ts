import { computeHunks } from '../../src/diff/compute-hunks.ts'
import type { ChangedFile } from '../../src/pull-request.ts'
import { FileWriter, type Kind, type Section, type Subject, service } from './generate/file-writer.ts'
import { Random } from './generate/random.ts'

export type ChangeSize = {
  readonly files: number
  /** Lines, as git counts them. */
  readonly additions: number
  readonly deletions: number
}

/** A pull request that reads like one: services in several languages, with tests, documents and settings. */
export type GeneratedChange = {
  /** What stands on the base branch, files that do not change included. */
  readonly before: Readonly<Record<string, string>>
  /** What the pull request changes; null for a file that it removes. */
  readonly after: Readonly<Record<string, string | null>>
}

const changedInService = 10
const untouchedInService = 3
/** Of the files in a service, one after the other. */
const kinds: readonly Kind[] = [
  ...(['code', 'test', 'code', 'code', 'test', 'code', 'code', 'prose', 'code', 'settings'] as const),
]
type Fate = 'modified' | 'added' | 'removed'

/** The same size and seed, the same change, to the letter. */
export function generatedChange(size: ChangeSize, seed = 1): GeneratedChange {
  const random = new Random(seed)
  const before: Record<string, string> = {}
  const after: Record<string, string | null> = {}
  const fates = Array.from({ length: size.files }, (_, index) => fateOf(random, index))
  const additions = sharesAmong(random, fates, 'removed', size.additions)
  const deletions = sharesAmong(random, fates, 'added', size.deletions)
  let subjects: Subject[] = []
  for (const [index, fate] of fates.entries()) {
    const place = index % changedInService
    if (place === 0) {
      subjects = subjectsOf(random, index / changedInService)
      for (const subject of subjects.slice(changedInService)) {
        const writer = new FileWriter(random, subject, 'code')
        before[writer.path] = textOf(writtenWhole(writer, random.between(60, 200), random))
      }
    }
    const [subject, kind] = [subjects[place], kinds[place]]
    if (subject === undefined || kind === undefined) throw new Error('a service has too few subjects')
    const writer = new FileWriter(random, subject, kind)
    const [added, deleted] = [additions[index] ?? 0, deletions[index] ?? 0]
    if (fate === 'added') after[writer.path] = textOf(writtenWhole(writer, added, random))
    else if (fate === 'removed') {
      before[writer.path] = textOf(writtenWhole(writer, deleted, random))
      after[writer.path] = null
    } else {
      const { old, now } = edited(writer, added, deleted, random)
      before[writer.path] = textOf(old)
      after[writer.path] = textOf(now)
    }
  }
  return { before, after }
}

/** The same as GitHub lists it. */
export function changedFiles({ before, after }: GeneratedChange): readonly ChangedFile[] {
  return Object.entries(after).map(([path, text]) => {
    const old = before[path]
    const hunks = computeHunks(path, old ?? '', text ?? '')
    const signs = { added: '+', deleted: '-', context: ' ' }
    const lines = hunks.flatMap((hunk) => hunk.lines)
    return {
      path,
      previousPath: null,
      status: old === undefined ? 'added' : text === null ? 'removed' : 'modified',
      additions: lines.filter(({ kind }) => kind === 'added').length,
      deletions: lines.filter(({ kind }) => kind === 'deleted').length,
      patch: hunks
        .flatMap((hunk) => [hunk.header, ...hunk.lines.map((line) => `${signs[line.kind]}${line.text}`)])
        .join('\n'),
      sha: null,
    }
  })
}

function fateOf(random: Random, index: number): Fate {
  // The first is modified, so that every size has what the others have.
  const percent = index === 0 ? 0 : random.below(100)
  return percent < 76 ? 'modified' : percent < 95 ? 'added' : 'removed'
}

/** Files of the fate `without` get none. */
function sharesAmong(random: Random, fates: readonly Fate[], without: Fate, total: number): number[] {
  const takes = fates.map((fate) => fate !== without)
  const shares = random.shares(total, takes.filter(Boolean).length)
  return takes.map((one) => (one ? (shares.shift() ?? 0) : 0))
}

function subjectsOf(random: Random, index: number): Subject[] {
  const about = service(random, index)
  const subjects = about.nouns.map((noun) => ({ ...about, noun }))
  // A test is of the file before it.
  const tested = (place: number) => subjects[kinds[place] === 'test' ? place - 1 : place]
  const all = Array.from({ length: changedInService + untouchedInService }, (_, place) => tested(place))
  return all.filter((subject) => subject !== undefined)
}

function writtenWhole(writer: FileWriter, lines: number, random: Random): string[] {
  const written = lines < 8 ? [] : [...writer.header()]
  while (written.length < lines) {
    const left = lines - written.length
    if (left < 4) written.push(...Array.from({ length: left }, () => writer.statement()))
    else {
      written.push(...linesOf(writer.section(left <= 28 ? left : random.between(14, 23))))
      if (written.length < lines) written.push('')
    }
  }
  return written
}

/**
 * A file before and after, with this many lines added and deleted in hunks of a few lines, a hunk in a function of some
 * twenty lines. Only statements are deleted, which the file has once: so git cannot find a shorter way and counts the same.
 */
function edited(writer: FileWriter, additions: number, deletions: number, random: Random) {
  const header = writer.header()
  const old = [...header]
  const now = [...header]
  let [toAdd, toDelete] = [additions, deletions]
  do {
    const section = writer.section(random.between(14, 23))
    const whole = linesOf(section)
    if (old.length > header.length && toAdd > whole.length && random.chance(25)) {
      now.push('', ...whole)
      toAdd -= whole.length + 1
      continue
    }
    if (old.length > header.length) both('')
    if (random.chance(20)) {
      both(...whole)
      continue
    }
    both(...section.open)
    const from = random.below(section.body.length)
    let wanted = Math.min(toDelete, random.between(1, 5))
    for (const [index, { kind, lines }] of section.body.entries()) {
      const isDeleted = index >= from && wanted > 0 && kind === 'statement'
      old.push(...lines)
      if (!isDeleted) now.push(...lines)
      if (isDeleted) {
        wanted--
        toDelete--
      }
      if (index !== from) continue
      const added = Math.min(toAdd, random.between(1, 15))
      now.push(...Array.from({ length: added }, () => writer.statement()))
      toAdd -= added
    }
    both(...section.close)
  } while (toAdd > 0 || toDelete > 0)
  return { old, now }

  function both(...lines: readonly string[]) {
    old.push(...lines)
    now.push(...lines)
  }
}

function linesOf({ open, body, close }: Section): string[] {
  return [...open, ...body.flatMap(({ lines }) => lines), ...close]
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}
