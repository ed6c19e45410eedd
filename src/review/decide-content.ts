import type { FileDiff } from '../diff/patch.ts'
import type { FileWithoutHunks } from '../diff/read-diffs.ts'
import type { Finding, UnplacedFinding } from '../finding/finding.ts'
import { type Memory, type Repeated, recallFindings } from '../finding/recall.ts'
import { type Selection, selectFindings } from '../finding/select.ts'
import type { LeftOutHunk } from '../plan/plan-review.ts'
import type { Severity } from '../severity.ts'
import type { AskedChunk } from './ask-model.ts'
import { accountFor, type FileCoverage, reviewedHunkIds, whyIncomplete } from './coverage.ts'

/** All that was learned about one head, before it is held against what was said already. */
export type Learned = {
  readonly diffs: readonly FileDiff[]
  readonly withoutHunks: readonly FileWithoutHunks[]
  readonly unlistedFiles: number
  readonly asked: readonly AskedChunk[]
  readonly leftOut: readonly LeftOutHunk[]
  readonly found: readonly (Finding | UnplacedFinding)[]
  /** Memory when the model was asked. */
  readonly memory: Memory
}

export type Decided = {
  readonly selection: Selection
  readonly repeated: readonly Repeated[]
  readonly files: readonly FileCoverage[]
  readonly reviewedHunks: readonly string[]
  readonly verdict: 'passed' | 'findings' | 'inconclusive'
  readonly reason: string
  /** Hunks were not reviewed that another attempt may review: nothing but trouble was in the way. */
  readonly mayImprove: boolean
  /** False when every hunk and finding has been said at this head. */
  readonly newsworthy: boolean
  /** The latest review of this head that stands already. */
  readonly earlierReviewUrl: string | null
}

/**
 * What to say, given what stands now. Called again with newer memory right before posting: a run at the same time may
 * have reviewed the same hunks, and each hunk and each finding is said once a head.
 */
export function decideContent(
  learned: Learned,
  now: Memory,
  limits: { readonly minSeverity: Severity; readonly maxComments: number },
): Decided {
  const overtaken = new Set([...now.reviewedHunks].filter((hunk) => !learned.memory.reviewedHunks.has(hunk)))
  const { mine, theirs } = partByHunk(learned, overtaken)
  const { fresh, repeated } = recallFindings(mine, now)
  const selection = selectFindings(fresh, limits)
  const files = accountFor(learned, learned.asked, learned.leftOut, overtaken)
  const reviewedHunks = reviewedHunkIds(files).filter((hunk) => !now.reviewedHunks.has(hunk))
  const said = selection.inline.length + selection.folded.length
  const reason = whyIncomplete(files, learned.unlistedFiles)
  const stands = said + repeated.filter(({ standing }) => standing !== null).length
  return {
    selection,
    repeated: [...repeated, ...theirs],
    files,
    reviewedHunks,
    verdict: reason !== null ? 'inconclusive' : stands > 0 ? 'findings' : 'passed',
    reason: reason ?? '',
    mayImprove: files.some((file) => file.mayImprove === true),
    newsworthy: now.reviewUrl === null || reviewedHunks.length > 0 || said > 0,
    earlierReviewUrl: now.reviewUrl,
  }
}

/** Findings in hunks that another run has reviewed since we asked are that run's to say. */
function partByHunk(
  { found, asked }: Learned,
  overtaken: ReadonlySet<string>,
): {
  mine: readonly (Finding | UnplacedFinding)[]
  theirs: readonly Repeated[]
} {
  const askedHunks = asked.flatMap(({ chunk }) => chunk.parts.map((part) => part.hunk.id))
  const allOvertaken = askedHunks.length > 0 && askedHunks.every((hunk) => overtaken.has(hunk))
  const isTheirs = (finding: Finding | UnplacedFinding) =>
    finding.kind === 'anchored' ? overtaken.has(finding.hunkId) : allOvertaken
  const reason = 'a run at the same time reviewed this hunk'
  return {
    mine: found.filter((finding) => !isTheirs(finding)),
    theirs: found.filter(isTheirs).map((finding) => ({ standing: null, finding, reason })),
  }
}
