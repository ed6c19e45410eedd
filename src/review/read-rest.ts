import type { FileDiff } from '../diff/patch.ts'
import { type FileWithoutHunks, readDiffs } from '../diff/read-diffs.ts'
import { messageOf } from '../errors.ts'
import type { ChangedFile } from '../pull-request.ts'
import { neighboursOf } from '../surroundings/neighbours.ts'
import { affordableFiles, completeDiffs, endsOf, notRead } from './complete-diffs.ts'
import type { BeyondTheList, DiffStart } from './read-beyond-the-list.ts'
import { type Change, type ListedChange, sortMissing, whatIsNotSent } from './change.ts'
import { helpfulPlace, type Reading, readPlaces, type Seen, textsAt } from './read-places.ts'

/** Files beside the change that are read for what it uses and who uses it. */
const mostNeighbours = 30

/** What a second look shows: hunks that GitHub does not list, and files beside the `central` ones. Does not throw. */
export async function readRest(
  listed: ListedChange,
  { start, unlisted }: BeyondTheList,
  central: readonly FileDiff[],
  { headSha, maxTokens }: { readonly headSha: string; readonly maxTokens: number },
  reading: Reading,
): Promise<Change> {
  const { notSentOf, guesses } = listed
  const found = readDiffs(unlisted.files.filter(({ patch }) => patch !== null))
  const { missing, skipped } = sortMissing(
    unlisted.files.filter(({ patch }) => patch === null),
    notSentOf,
  )
  const { affordable, beyond } = affordableFiles([...listed.missing, ...missing], maxTokens)
  const neighbours = neighboursOf(central, listed.texts, listed.folders, mostNeighbours).filter(
    (path) => !guesses.includes(path),
  )
  const { completed, texts } = await readBlobs(affordable, neighbours, start, headSha, reading)
  const diffs = [...found.diffs, ...completed.flatMap((one) => ('hunks' in one ? [one] : []))]
  return {
    diffs: [...listed.diffs, ...diffs],
    withoutHunks: [
      ...listed.withoutHunks,
      ...skipped,
      ...completed.flatMap((one) => ('hunks' in one ? [] : [one])),
      ...beyond,
    ],
    notSent: [...listed.notSent, ...whatIsNotSent(diffs, notSentOf, texts)],
    unlistedFiles: unlisted.unreachable,
    texts: texts.size === 0 ? listed.texts : new Map([...listed.texts, ...texts]),
    headTexts: listed.headTexts,
    warnings: listed.warnings,
  }
}

type Blobs = {
  readonly completed: readonly (FileDiff | FileWithoutHunks)[]
  /** Of the neighbours that are there. */
  readonly texts: ReadonlyMap<string, string>
}

/** One look for both: files whose hunks are to be computed, and neighbours. */
async function readBlobs(
  files: readonly ChangedFile[],
  neighbours: readonly string[],
  start: DiffStart,
  headSha: string,
  reading: Reading,
): Promise<Blobs> {
  const ends = start.kind === 'known' ? files.map((file) => endsOf(file, start.mergeBase, headSha)) : []
  const places = ends.flatMap(({ before, after }) => [before, after]).filter((place) => place !== null)
  const around = neighbours.map((path) => helpfulPlace(headSha, path))
  let seen: Seen
  try {
    seen = await readPlaces([...places, ...around], reading)
  } catch (why) {
    reading.logger.warning(`files around the change could not be read: ${messageOf(why)}`)
    return { completed: files.map((file) => notRead(file, why)), texts: new Map() }
  }
  const texts = textsAt(around, seen)
  if (start.kind === 'not read') return { completed: files.map((file) => notRead(file, start.why)), texts }
  return { completed: await completeDiffs(ends, seen, reading), texts }
}
