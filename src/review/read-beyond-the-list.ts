import { messageOf } from '../errors.ts'
import type { PullRequestSnapshot } from '../pull-request.ts'
import { findUnlisted, type Unlisted } from './find-unlisted.ts'
import type { Reading } from './read-places.ts'

/** Where GitHub's list does not have all of a change: where its diff starts, and which files are missing from the list. */
export type BeyondTheList = {
  readonly start: DiffStart
  readonly unlisted: Unlisted
}

/** The commit that the diff starts from. */
export type DiffStart =
  | { readonly kind: 'known'; readonly mergeBase: string }
  | { readonly kind: 'not needed' }
  | { readonly kind: 'not read'; readonly why: unknown }

/** Does not throw: what could not be read is in the result. */
export async function readBeyondTheList(
  snapshot: PullRequestSnapshot,
  lacksPatches: boolean,
  reading: Reading,
): Promise<BeyondTheList> {
  const { files, changedFileCount, baseSha, headSha } = snapshot
  const unreachable = Math.max(0, changedFileCount - files.length)
  const unlisted = { files: [], unreachable }
  if (unreachable === 0 && !lacksPatches) return { start: { kind: 'not needed' }, unlisted }
  try {
    const mergeBase = await reading.sources.mergeBase(baseSha, headSha, reading.signal)
    return {
      start: { kind: 'known', mergeBase },
      unlisted: await findUnlisted(snapshot, mergeBase, reading),
    }
  } catch (why) {
    reading.logger.warning(`where the change begins could not be read: ${messageOf(why)}`)
    return { start: { kind: 'not read', why }, unlisted }
  }
}
