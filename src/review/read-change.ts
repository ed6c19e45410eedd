import { type ParseYaml, readRepositoryConfig } from '../config/repository-config.ts'
import { parseAttributes } from '../diff/attributes.ts'
import type { FileDiff } from '../diff/patch.ts'
import { type ReadDiffs, readDiffs } from '../diff/read-diffs.ts'
import { countsForGate } from '../finding/fate.ts'
import type { Standing } from '../finding/standing.ts'
import { whereaboutsOf } from '../finding/whereabouts.ts'
import { whatNotToSend } from '../diff/what-not-to-send.ts'
import { byValueOfFile } from '../plan/risk.ts'
import type { PullRequestSnapshot } from '../pull-request.ts'
import { neighboursOf } from '../surroundings/neighbours.ts'
import { type Change, everyFile, type ListedChange, sortMissing, whatIsNotSent } from './change.ts'
import { readBeyondTheList } from './read-beyond-the-list.ts'
import { readGround } from './read-ground.ts'
import type { Reading } from './read-places.ts'
import { readRest } from './read-rest.ts'

export type ReadChange = {
  readonly listed: ListedChange
  /**
   * Reads the hunks that GitHub does not list, and files beside `open`, the files that are still to be asked about. Does not
   * throw: what cannot be read, also because the time is over, is in the change with its reason.
   */
  readonly readRest: (open: readonly FileDiff[]) => Promise<Change>
}

/** Of the changed files, the most valuable: where there are more of them, neighbours are too few to help all. */
const mostWithNeighbours = 60
/** Files beside the change that the paths and the changed lines alone make likely. */
const mostGuesses = 15
/** Without GraphQL each takes a request. */
const mostSought = 20

/**
 * Reads a change in two steps, so that the model can be asked about the first while the second is being read: `listed` until
 * `first.signal`, the rest until `later`. Throws where the base's own rules on what must not be sent cannot be read.
 */
export async function readChange(
  snapshot: PullRequestSnapshot,
  standing: readonly Standing[],
  options: { readonly configFile: string; readonly maxTokens: number },
  { parseYaml }: { readonly parseYaml: ParseYaml },
  first: Reading,
  later: AbortSignal,
): Promise<ReadChange> {
  const read = readDiffs(snapshot.files)
  const second = { ...first, signal: later }
  const beyond = readBeyondTheList(snapshot, unseenIn(read).length > 0, second)
  const listed = await readListed(snapshot, read, standing, options.configFile, parseYaml, first)
  const ends = { headSha: snapshot.headSha, maxTokens: options.maxTokens }
  return {
    listed,
    readRest: async (open) => readRest(listed, await beyond, mostCentral(open), ends, second),
  }
}

async function readListed(
  snapshot: PullRequestSnapshot,
  read: ReadDiffs,
  standing: readonly Standing[],
  configFile: string,
  parseYaml: ParseYaml,
  reading: Reading,
): Promise<ListedChange> {
  const { diffs, withoutHunks } = read
  const guesses = neighboursOf(mostCentral(diffs), new Map(), new Map(), mostGuesses)
  const ground = await readGround(
    snapshot,
    configFile,
    guesses,
    pathsToSeek(standing, everyFile(read)),
    reading,
  )
  const { attributes, config, texts, folders, sought } = ground
  const { paths, problems } = await readRepositoryConfig(configFile, config, parseYaml)
  for (const problem of problems) reading.logger.warning(problem)
  const notSentOf = whatNotToSend(paths, parseAttributes(attributes))
  const unseen = new Set(unseenIn(read))
  const { missing, skipped } = sortMissing(
    snapshot.files.filter(({ path }) => unseen.has(path)),
    notSentOf,
  )
  return {
    headTexts: new Map([...texts, ...sought]),
    ...{ diffs, texts, folders, guesses, notSentOf, missing, warnings: problems },
    withoutHunks: [...withoutHunks.filter((file) => !file.unseen), ...skipped],
    notSent: whatIsNotSent(diffs, notSentOf, texts),
    unlistedFiles: Math.max(0, snapshot.changedFileCount - snapshot.files.length),
  }
}

/** Files of earlier findings whose code the diff does not show any more: moved out of it, mended, or gone. */
function pathsToSeek(standing: readonly Standing[], diffs: readonly FileDiff[]): readonly string[] {
  const paths = standing
    .filter(({ fate }) => countsForGate(fate))
    .map((one) => ({ one, where: whereaboutsOf(one, diffs, new Map()) }))
    .filter(({ one, where }) => where.kind === 'unknown' && one.line !== null && one.side === 'RIGHT')
    .map(({ where }) => where.path)
  return [...new Set(paths)].slice(0, mostSought)
}

function unseenIn({ withoutHunks }: ReadDiffs): readonly string[] {
  return withoutHunks.flatMap(({ path, unseen }) => (unseen ? [path] : []))
}

/** Those around which it is worth looking for neighbours. */
function mostCentral(diffs: readonly FileDiff[]): readonly FileDiff[] {
  return byValueOfFile(diffs).slice(0, mostWithNeighbours)
}
