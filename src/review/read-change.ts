import { type ParseYaml, readRepositoryConfig } from '../config/repository-config.ts'
import { parseAttributes } from '../diff/attributes.ts'
import type { FileDiff } from '../diff/patch.ts'
import { type FileWithoutHunks, readDiffs } from '../diff/read-diffs.ts'
import { type NotSent, whatNotToSend } from '../diff/what-not-to-send.ts'
import { messageOf } from '../errors.ts'
import type { LeftOutHunk } from '../plan/plan-review.ts'
import { byValueOfFile } from '../plan/risk.ts'
import type { ChangedFile, PullRequestSnapshot } from '../pull-request.ts'
import { neighboursOf } from '../surroundings/neighbours.ts'
import { affordableFiles, completeDiffs, notRead } from './complete-diffs.ts'
import { findUnlisted } from './find-unlisted.ts'
import { type Reading, readGround } from './read-ground.ts'

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
  /** What people should know about how the change was read. */
  readonly warnings: readonly string[]
}

/** Files beside the change that are read for what it uses and who uses it. */
const mostNeighbours = 30
/** Of the changed files, the most valuable: where there are more of them, neighbours are too few to help all. */
const mostWithNeighbours = 60
/** Of these, what the paths and the changed lines alone make likely. */
const mostGuesses = 15

/**
 * Reads what the list of files does not tell: the base's rules on what is generated, the hunks that GitHub leaves out, and
 * the code around all of it. What cannot be read is in the result with its reason.
 */
export async function readChange(
  snapshot: PullRequestSnapshot,
  options: { readonly configFile: string; readonly maxTokens: number },
  parseYaml: ParseYaml,
  reading: Reading,
): Promise<Change> {
  const read = readDiffs(snapshot.files)
  const unseen = new Set(read.withoutHunks.filter((file) => file.unseen).map(({ path }) => path))
  const central = byValueOfFile(read.diffs).slice(0, mostWithNeighbours)
  const guesses = neighboursOf(central, new Map(), new Map(), mostGuesses)
  const [ground, { mergeBase, unlisted, problem }] = await Promise.all([
    readGround(snapshot, options.configFile, guesses, reading),
    readBeyondTheList(snapshot, unseen.size > 0, reading),
  ])
  const config = await readRepositoryConfig(options.configFile, ground.config, parseYaml)
  for (const problem of config.problems) reading.logger.warning(problem)
  const notSentOf = whatNotToSend(config.paths, parseAttributes(ground.attributes))
  const found = readDiffs(unlisted.files.filter(({ patch }) => patch !== null))
  const missing = [
    ...snapshot.files.filter(({ path }) => unseen.has(path)),
    ...unlisted.files.filter(({ patch }) => patch === null),
  ]
  const skipped = missing.flatMap((file) => withoutHunks(file, notSentOf(file.path, [])))
  const skippedPaths = new Set(skipped.map(({ path }) => path))
  const { affordable, beyond } = affordableFiles(
    missing.filter(({ path }) => !skippedPaths.has(path)),
    options.maxTokens,
  )
  const neighbours = neighboursOf(central, ground.texts, ground.folders, mostNeighbours).filter(
    (path) => !guesses.includes(path),
  )
  const ends = { mergeBase: mergeBase ?? '', headSha: snapshot.headSha }
  const readable = mergeBase === null ? [] : affordable
  const completed = await completeDiffs(readable, neighbours, ends, reading)
  const diffs = [...read.diffs, ...found.diffs, ...completed.diffs]
  return {
    diffs,
    withoutHunks: [
      ...read.withoutHunks.filter((file) => !file.unseen),
      ...skipped,
      ...completed.withoutHunks,
      ...(mergeBase === null ? affordable.map((file) => notRead(file, problem)) : []),
      ...beyond,
    ],
    notSent: diffs.flatMap((diff) =>
      leftOut(diff, notSentOf(diff.path, diff.hunks, ground.texts.get(diff.path))),
    ),
    unlistedFiles: unlisted.unreachable,
    texts: new Map([...ground.texts, ...completed.texts]),
    warnings: config.problems,
  }
}

/** Without what no model is to see. */
export function toBeReviewed({ diffs, notSent }: Change): readonly FileDiff[] {
  const skipped = new Set(notSent.map(({ diff }) => diff))
  return diffs.filter((diff) => !skipped.has(diff))
}

/** What is read only where GitHub's list does not have all of the change: where its diff starts, and which files are missing. */
async function readBeyondTheList(snapshot: PullRequestSnapshot, lacksPatches: boolean, reading: Reading) {
  const { files, changedFileCount, baseSha, headSha } = snapshot
  const unreachable = Math.max(0, changedFileCount - files.length)
  const unknown = { mergeBase: null, unlisted: { files: [], unreachable }, problem: null }
  if (unreachable === 0 && !lacksPatches) return unknown
  try {
    const mergeBase = await reading.sources.mergeBase(baseSha, headSha, reading.signal)
    return { ...unknown, mergeBase, unlisted: await findUnlisted(snapshot, mergeBase, reading) }
  } catch (error) {
    if (reading.signal.aborted) throw error
    reading.logger.warning(`where the change begins could not be read: ${messageOf(error)}`)
    return { ...unknown, problem: error }
  }
}

function withoutHunks({ path }: ChangedFile, notSent: NotSent | null): FileWithoutHunks[] {
  return notSent === null ? [] : [{ path, ...notSent, unseen: false }]
}

function leftOut(diff: FileDiff, notSent: NotSent | null): LeftOutHunk[] {
  return notSent === null ? [] : diff.hunks.map((hunk) => ({ diff, hunk, ...notSent }))
}
