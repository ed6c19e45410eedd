import { computeHunks } from '../diff/compute-hunks.ts'
import { baseName, type FileDiff } from '../diff/patch.ts'
import { type FileWithoutHunks, isSourceFile, namesOf } from '../diff/read-diffs.ts'
import { CancelledError, messageOf, TemporaryError } from '../errors.ts'
import { byValueOfFile } from '../plan/risk.ts'
import type { Place, Source } from '../ports/source-reader.ts'
import type { ChangedFile } from '../pull-request.ts'
import type { Reading, Seen } from './read-places.ts'

/** What one line of a diff takes in a prompt, roughly, for deciding how many files are worth reading. */
const tokensPerLine = 12
/** Where nobody has counted the lines. */
export const tokensPerUncountedFile = 1_000

/** What the hunks of a file will take in prompts, roughly, before they are known. */
export function expectedTokens({ additions, deletions }: ChangedFile): number {
  return (additions + deletions) * tokensPerLine || tokensPerUncountedFile
}

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
    tokens += expectedTokens(file)
  }
  return { affordable, beyond }
}

const beyondBudget = 'the budget set by `max-tokens` would be spent before it is reached'

/** Each takes a request of its own, and may have up to 100 MB. */
const mostLargeFiles = 20

/** A changed file and where it stands at both ends of the diff: null where there is no file. */
export type FileEnds = {
  readonly file: ChangedFile
  readonly before: Place | null
  readonly after: Place | null
}

export function endsOf(file: ChangedFile, mergeBase: string, headSha: string): FileEnds {
  const { status, path, previousPath } = file
  return {
    file,
    before: status === 'added' ? null : { commit: mergeBase, path: previousPath ?? path },
    after: status === 'removed' ? null : { commit: headSha, path },
  }
}

/** Computes the hunks of files for which GitHub sends no patch, from what was seen at both ends. */
export async function completeDiffs(
  files: readonly FileEnds[],
  seen: Seen,
  { sources, signal, breathe }: Reading,
): Promise<readonly (FileDiff | FileWithoutHunks)[]> {
  let largeFiles = 0
  const textAt = async (place: Place | null): Promise<string | null> => {
    const source = place === null ? noFile : seen.get(place)
    if (source?.kind === 'text') return source.text
    if (source?.kind === 'binary') return null
    if (source?.kind !== 'large' || place === null) throw new Error('it is no file at one end of the change')
    if (++largeFiles > mostLargeFiles) throw new Error(`${mostLargeFiles} other files are as large`)
    return sources.readWhole(place, signal)
  }
  const completed: (FileDiff | FileWithoutHunks)[] = []
  for (const { file, before, after } of files) {
    await breathe()
    try {
      const [old, text] = [await textAt(before), await textAt(after)]
      // what was binary and is text now is all new
      completed.push(text === null ? binary(file) : computed(file, old ?? '', text))
    } catch (error) {
      completed.push(notRead(file, error))
    }
  }
  return completed
}

const noFile: Source = { kind: 'text', text: '' }

function computed(file: ChangedFile, before: string, after: string): FileDiff | FileWithoutHunks {
  const { path, previousPath } = file
  const hunks = computeHunks(baseName(file), before, after)
  if (hunks.length > 0) return { path, previousPath, hunks }
  return { ...namesOf(file), coverage: 'no-patch', reason: 'without a changed line', unseen: false }
}

/** One that GitHub counted lines of, or with the name of a source file, may hide code behind a zero byte. */
function binary({ path, additions, deletions }: ChangedFile): FileWithoutHunks {
  const unseen = additions + deletions > 0 || isSourceFile(path)
  const reason = unseen ? 'a binary file with the name of a text' : 'a binary file'
  return { path, coverage: 'binary', reason, unseen }
}

/** A file whose hunks stay unknown, and why. */
export function notRead(file: ChangedFile, why: unknown): FileWithoutHunks {
  const reason = `GitHub sends no patch, and the file could not be read: ${messageOf(why)}`
  const isLate = why instanceof CancelledError
  const mayImprove = isLate || why instanceof TemporaryError
  return { ...namesOf(file), coverage: isLate ? 'deadline' : 'no-patch', reason, unseen: true, mayImprove }
}
