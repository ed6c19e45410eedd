import type { FileWithoutHunks } from '../diff/read-diffs.ts'
import type { FileDiff, Hunk } from '../diff/patch.ts'
import type { LeftOutHunk } from '../plan/plan-review.ts'
import { counted } from '../publication/counted.ts'
import type { NotReviewed } from '../publication/not-reviewed.ts'
import type { CoveredFile } from '../publication/review-body.ts'
import type { AskedChunk } from './ask-model.ts'

/** Best first: a file is as covered as its worst hunk. */
export const coverages = [
  'reviewed',
  'already-reviewed',
  'excluded',
  'generated',
  'binary',
  'no-patch',
  'budget',
  'deadline',
  'failed',
] as const
export type Coverage = (typeof coverages)[number]

export type HunkCoverage = {
  readonly id: string
  readonly oldStart: number
  readonly newStart: number
  readonly coverage: Coverage
  /** Why it was not reviewed; '' when it was. */
  readonly reason: string
  /** Ordinal of the model request that reviewed it, the last of several. */
  readonly request: number | null
  /** All of them, where it was too large for one. */
  readonly requests: readonly number[]
}

export type FileCoverage = {
  readonly path: string
  readonly coverage: Coverage
  readonly reason: string
  readonly hunks: readonly HunkCoverage[]
  /** Code changed here that nobody has looked at, and that somebody should. */
  readonly incomplete: boolean
  /** Nothing but trouble that may pass was in the way of looking at all of it. */
  readonly mayImprove?: boolean
}

const incompleteCoverages: readonly Coverage[] = ['budget', 'deadline', 'failed']
const troubles: readonly Coverage[] = ['deadline', 'failed']
/** Nobody is to look at these. */
const skippedCoverages: readonly Coverage[] = ['excluded', 'generated', 'binary']

/** Accounts for every file and hunk: reviewed in which request, or why not. */
export function accountFor(
  files: { readonly diffs: readonly FileDiff[]; readonly withoutHunks: readonly FileWithoutHunks[] },
  asked: readonly AskedChunk[],
  leftOut: readonly LeftOutHunk[],
  reviewedElsewhere: ReadonlySet<string>,
): readonly FileCoverage[] {
  const states = hunkStates(asked, leftOut)
  const covered = files.diffs.map((diff) => {
    const hunks = diff.hunks.map((hunk) => coverHunk(hunk, states.get(hunk), reviewedElsewhere))
    const worst = hunks.toSorted((a, b) => rank(b.coverage) - rank(a.coverage))[0]
    return {
      path: diff.path,
      coverage: worst?.coverage ?? 'reviewed',
      reason: worst?.reason ?? '',
      hunks,
      incomplete: hunks.some((hunk) => incompleteCoverages.includes(hunk.coverage)),
      mayImprove: hunks.some((hunk) => troubles.includes(hunk.coverage)),
    }
  })
  const unshown = files.withoutHunks.map(({ path, coverage, reason, unseen, mayImprove = false }) => ({
    path,
    coverage,
    reason,
    hunks: [],
    incomplete: unseen,
    mayImprove,
  }))
  return [...covered, ...unshown]
}

type HunkState = Pick<HunkCoverage, 'coverage' | 'reason' | 'request' | 'requests'>

/** A hunk that was split is reviewed only when all of its parts are. */
function hunkStates(asked: readonly AskedChunk[], leftOut: readonly LeftOutHunk[]): Map<Hunk, HunkState> {
  const states = new Map<Hunk, HunkState>()
  for (const { hunk, coverage, reason } of leftOut)
    states.set(hunk, { coverage, reason, request: null, requests: [] })
  for (const one of asked) {
    const state: HunkState =
      one.kind === 'answered'
        ? { coverage: 'reviewed', reason: '', request: one.request, requests: [one.request] }
        : { coverage: one.coverage, reason: one.reason, request: null, requests: [] }
    for (const { hunk } of one.chunk.parts) {
      const before = states.get(hunk)
      const worse = before === undefined || rank(state.coverage) >= rank(before.coverage) ? state : before
      const requests = [...new Set([...(before?.requests ?? []), ...state.requests])]
      states.set(hunk, { ...worse, requests })
    }
  }
  return states
}

function coverHunk(
  hunk: Hunk,
  state: HunkState | undefined,
  reviewedElsewhere: ReadonlySet<string>,
): HunkCoverage {
  const { id, oldStart, newStart } = hunk
  const neverAsked: HunkState = {
    ...{ coverage: 'failed', reason: 'it was never asked about' },
    ...{ request: null, requests: [] },
  }
  const known = state ?? neverAsked
  if (known.coverage !== 'reviewed' && reviewedElsewhere.has(id)) {
    return {
      id,
      oldStart,
      newStart,
      coverage: 'already-reviewed',
      reason: 'reviewed before',
      ...{ request: null, requests: [] },
    }
  }
  return { id, oldStart, newStart, ...known }
}

function rank(coverage: Coverage): number {
  return coverages.indexOf(coverage)
}

/** What the review's body lists. Hunks reviewed before are no news, and neither are files without a changed line. */
export function listNotReviewed(files: readonly FileCoverage[]): readonly NotReviewed[] {
  return files.flatMap((file): NotReviewed[] => {
    const { path, hunks, incomplete, coverage, reason } = file
    if (hunks.length === 0) {
      return incomplete || coverage === 'binary' ? [{ path, fromLines: [], reason }] : []
    }
    const open = hunks.filter((hunk) => incompleteCoverages.includes(hunk.coverage))
    return [...Map.groupBy(open, (hunk) => hunk.reason)].map(([reason, same]) => {
      const fromLines = same.length === hunks.length ? [] : same.map((hunk) => hunk.newStart)
      return { path, fromLines, reason }
    })
  })
}

/** Ids, for each file that has any. */
export function hunksByFile(files: readonly FileCoverage[]): readonly (readonly string[])[] {
  return files.flatMap(({ hunks }) => (hunks.length === 0 ? [] : [hunks.map(({ id }) => id)]))
}

export function reviewedHunkIds(files: readonly FileCoverage[]): readonly string[] {
  return files.flatMap((file) =>
    file.hunks.filter((hunk) => hunk.coverage === 'reviewed').map((hunk) => hunk.id),
  )
}

/** "all 12 hunks in 5 files", "10 of 12 hunks in 5 files (2 reviewed before, 3 files skipped)" */
export function describeCoverage(files: readonly FileCoverage[]): string {
  const skipped = files.filter(({ coverage }) => skippedCoverages.includes(coverage))
  const shown = files.filter((file) => file.hunks.length > 0 && !skipped.includes(file))
  const hunks = shown.flatMap((file) => file.hunks)
  const count = (coverage: Coverage) => hunks.filter((hunk) => hunk.coverage === coverage).length
  const [reviewed, before] = [count('reviewed'), count('already-reviewed')]
  const share = reviewed === hunks.length ? `all ${hunks.length}` : `${reviewed} of ${hunks.length}`
  const asides = [
    ...(before > 0 ? [`${before} reviewed before`] : []),
    ...(skipped.length > 0 ? [`${counted(skipped.length, 'file')} skipped`] : []),
  ]
  const aside = asides.length === 0 ? '' : ` (${asides.join(', ')})`
  return `${share} hunk${hunks.length === 1 ? '' : 's'} in ${counted(shown.length, 'file')}${aside}`
}

/** Every file with what became of it, for the review's body. */
export function listCovered(files: readonly FileCoverage[]): readonly CoveredFile[] {
  return files.map(({ path, coverage, reason, hunks }) => {
    const reviewed = hunks.some((hunk) => hunk.coverage === 'reviewed')
    const part = reviewed && coverage !== 'reviewed' ? 'reviewed in part; ' : ''
    // so that files of one fate stand together
    const fate = reason.replace(/^(renamed|copied) from .* (without a change)$/s, '$1 $2')
    return { path, outcome: fate === '' ? coverage : `${part}${coverage}: ${fate}` }
  })
}

/** Why the review is incomplete, in one line; null when every reviewable hunk was looked at. */
export function whyIncomplete(files: readonly FileCoverage[], unlistedFiles: number): string | null {
  const open = files.filter((file) => file.incomplete)
  const unseen = open.filter((file) => file.hunks.length === 0)
  const hunks = open
    .flatMap((file) => file.hunks)
    .filter((hunk) => incompleteCoverages.includes(hunk.coverage))
  const skipped = (hunk: HunkCoverage) => skippedCoverages.includes(hunk.coverage)
  const all = files.flatMap((file) => file.hunks.filter((hunk) => !skipped(hunk))).length
  const reasons = [
    ...(hunks.length === 0
      ? []
      : [
          `${hunks.length} of ${all} hunks were not reviewed: ${mostFrequent(hunks.map((hunk) => hunk.reason))}`,
        ]),
    ...(unseen.length === 0
      ? []
      : [
          `${counted(unseen.length, 'changed file')} could not be read: ${unseen[0]?.path}, ${unseen[0]?.reason}`,
        ]),
    ...(unlistedFiles === 0 ? [] : [`GitHub did not list ${unlistedFiles} of the changed files`]),
  ]
  return reasons.length === 0 ? null : reasons.join('; ')
}

function mostFrequent(reasons: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? ''
}
