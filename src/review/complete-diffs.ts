import { computeHunks } from '../diff/compute-hunks.ts'
import type { FileDiff } from '../diff/patch.ts'
import { type FileWithoutHunks, isSourceFile } from '../diff/read-diffs.ts'
import { messageOf, TemporaryError } from '../errors.ts'
import { byValueOfFile } from '../plan/risk.ts'
import type { Place, Source } from '../ports/source-reader.ts'
import type { ChangedFile } from '../pull-request.ts'
import type { Reading } from './read-ground.ts'

/** What one line of a diff takes in a prompt, roughly, for deciding how many files are worth reading. */
const tokensPerLine = 12
/** Where nobody has counted the lines. */
const tokensPerUncountedFile = 1_000

/** Those of the files whose hunks the budget may reach, most valuable first, and the rest. */
export function affordableFiles(
  files: readonly ChangedFile[],
  maxTokens: number,
): { readonly affordable: readonly ChangedFile[]; readonly beyond: readonly FileWithoutHunks[] } {
  const affordable: ChangedFile[] = []
  const beyond: FileWithoutHunks[] = []
  let tokens = 0
  for (const file of byValueOfFile(files)) {
    if (tokens > maxTokens)
      beyond.push({ path: file.path, coverage: 'budget', reason: beyondBudget, unseen: true })
    else affordable.push(file)
    tokens += (file.additions + file.deletions) * tokensPerLine || tokensPerUncountedFile
  }
  return { affordable, beyond }
}

const beyondBudget = 'the budget set by `max-tokens` would be spent before it is reached'

/** Each takes a request of its own, and may have up to 100 MB. */
const mostLargeFiles = 20

export type Completed = {
  readonly diffs: readonly FileDiff[]
  readonly withoutHunks: readonly FileWithoutHunks[]
  /** Texts of the neighbours that were asked for, by path. */
  readonly texts: readonly (readonly [path: string, text: string])[]
}

/** The commits between which the pull request's diff is. */
type Ends = { readonly mergeBase: string; readonly headSha: string }

/** Computes the hunks of files for which GitHub sends no patch; `neighbours` at the head are read along with them. */
export async function completeDiffs(
  files: readonly ChangedFile[],
  neighbours: readonly string[],
  ends: Ends,
  { sources, logger, signal }: Reading,
): Promise<Completed> {
  const wanted = files.map((file) => ({ file, ...placesOf(file, ends) }))
  const around = neighbours.map((path) => ({ commit: ends.headSha, path, helpful: true }))
  const places = [...wanted.flatMap(({ before, after }) => [before, after]), ...around].filter(
    (place) => place !== null,
  )
  const read = new Map<Place, Source | null>()
  try {
    const found = places.length === 0 ? [] : await sources.read(places, signal)
    for (const [index, place] of places.entries()) read.set(place, found[index] ?? null)
  } catch (error) {
    if (signal.aborted) throw error
    logger.warning(`files around the change could not be read: ${messageOf(error)}`)
    return { diffs: [], withoutHunks: files.map((file) => notRead(file, error)), texts: [] }
  }
  let largeFiles = 0
  const textAt = async (place: Place | null): Promise<string | null> => {
    const source = place === null ? noFile : read.get(place)
    if (source?.kind === 'text') return source.text
    if (source?.kind === 'binary') return null
    if (source?.kind !== 'large' || place === null) throw new Error('it is no file at one end of the change')
    if (++largeFiles > mostLargeFiles) throw new Error(`${mostLargeFiles} other files are as large`)
    return sources.readWhole(place, signal)
  }
  const completed: (FileDiff | FileWithoutHunks)[] = []
  for (const { file, before, after } of wanted) {
    try {
      const [old, text] = [await textAt(before), await textAt(after)]
      // what was binary and is text now is all new
      completed.push(text === null ? binary(file) : computed(file, old ?? '', text))
    } catch (error) {
      if (signal.aborted) throw error
      completed.push(notRead(file, error))
    }
  }
  return {
    diffs: completed.flatMap((one) => ('hunks' in one ? [one] : [])),
    withoutHunks: completed.flatMap((one) => ('hunks' in one ? [] : [one])),
    texts: around.flatMap((place): [string, string][] => {
      const source = read.get(place)
      return source?.kind === 'text' ? [[place.path, source.text]] : []
    }),
  }
}

const noFile: Source = { kind: 'text', text: '' }

/** Null for an end where there is no file. */
function placesOf(
  { status, path, previousPath }: ChangedFile,
  { mergeBase, headSha }: Ends,
): { readonly before: Place | null; readonly after: Place | null } {
  return {
    before: status === 'added' ? null : { commit: mergeBase, path: previousPath ?? path },
    after: status === 'removed' ? null : { commit: headSha, path },
  }
}

function computed(file: ChangedFile, before: string, after: string): FileDiff | FileWithoutHunks {
  const { path, previousPath } = file
  const hunks = computeHunks(path, before, after)
  if (hunks.length > 0) return { path, previousPath, hunks }
  return { path, coverage: 'no-patch', reason: 'without a changed line', unseen: false }
}

/** One that GitHub counted lines of, or with the name of a source file, may hide code behind a zero byte. */
function binary({ path, additions, deletions }: ChangedFile): FileWithoutHunks {
  const unseen = additions + deletions > 0 || isSourceFile(path)
  const reason = unseen ? 'a binary file with the name of a text' : 'a binary file'
  return { path, coverage: 'binary', reason, unseen }
}

export function notRead({ path }: ChangedFile, why: unknown): FileWithoutHunks {
  const reason = `GitHub sends no patch, and the file could not be read: ${messageOf(why)}`
  return { path, coverage: 'no-patch', reason, unseen: true, mayImprove: why instanceof TemporaryError }
}
