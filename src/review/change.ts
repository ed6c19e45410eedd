import type { FileDiff } from '../diff/patch.ts'
import type { FileWithoutHunks } from '../diff/read-diffs.ts'
import type { whatNotToSend } from '../diff/what-not-to-send.ts'
import type { HeadTexts } from '../finding/whereabouts.ts'
import type { LeftOutHunk } from '../plan/plan-review.ts'
import type { ChangedFile } from '../pull-request.ts'
import type { Ground } from './read-ground.ts'

/** All that a pull request changes, file by file and hunk by hunk, and what is known of the code around it. */
export type Change = {
  readonly diffs: readonly FileDiff[]
  readonly withoutHunks: readonly FileWithoutHunks[]
  /** Hunks that no model is to see, though they are known. */
  readonly notSent: readonly LeftOutHunk[]
  /** Changed files of which not even the name could be found out. */
  readonly unlistedFiles: number
  /** Texts at the head by path: of changed files, and of some beside them. */
  readonly texts: ReadonlyMap<string, string>
  /** These, and files that earlier findings are about: null for what is not there any more. */
  readonly headTexts: HeadTexts
  /** What people should know about how the change was read. */
  readonly warnings: readonly string[]
}

/** Whether a file, with hunks or without, is kept from the model, and why. */
export type NotSentOf = ReturnType<typeof whatNotToSend>

/** What GitHub's list of files and one look at the repository show of a change. */
export type ListedChange = Change & {
  /** Changed files, to be reviewed, of which GitHub shows no hunks. */
  readonly missing: readonly ChangedFile[]
  readonly notSentOf: NotSentOf
  /** Around the change, at the head. */
  readonly folders: Ground['folders']
  /** Paths beside the change that were looked at, found or not. */
  readonly guesses: readonly string[]
}

/** Every file by its name, also those without hunks: claims and earlier findings may be about them. */
export function everyFile({
  diffs,
  withoutHunks,
}: Pick<Change, 'diffs' | 'withoutHunks'>): readonly FileDiff[] {
  return [
    ...diffs,
    ...withoutHunks.map(({ path, previousPath = null }) => ({ path, previousPath, hunks: [] })),
  ]
}

/** Without what no model is to see. */
export function toBeReviewed({ diffs, notSent }: Pick<Change, 'diffs' | 'notSent'>): readonly FileDiff[] {
  const skipped = new Set(notSent.map(({ diff }) => diff))
  return diffs.filter((diff) => !skipped.has(diff))
}

/** Files without known hunks: those to be completed, and those that no model is to see. */
export function sortMissing(
  files: readonly ChangedFile[],
  notSentOf: NotSentOf,
): { readonly missing: readonly ChangedFile[]; readonly skipped: readonly FileWithoutHunks[] } {
  const missing: ChangedFile[] = []
  const skipped: FileWithoutHunks[] = []
  for (const file of files) {
    const notSent = notSentOf(file.path, [])
    if (notSent === null) missing.push(file)
    else skipped.push({ path: file.path, ...notSent, unseen: false })
  }
  return { missing, skipped }
}

export function whatIsNotSent(
  diffs: readonly FileDiff[],
  notSentOf: NotSentOf,
  texts: ReadonlyMap<string, string>,
): readonly LeftOutHunk[] {
  return diffs.flatMap((diff) => {
    const notSent = notSentOf(diff.path, diff.hunks, texts.get(diff.path))
    return notSent === null ? [] : diff.hunks.map((hunk) => ({ diff, hunk, ...notSent }))
  })
}
