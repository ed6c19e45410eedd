import type { FileDiff } from '../diff/patch.ts'
import type { FileWithoutHunks } from '../diff/read-diffs.ts'
import { countsForGate } from '../finding/fate.ts'
import type { Finding, UnplacedFinding } from '../finding/finding.ts'
import type { Memory } from '../finding/recall.ts'
import { type Repeated, recallFindings } from '../finding/recall-findings.ts'
import { type Selection, selectFindings } from '../finding/select.ts'
import type { Standing } from '../finding/standing.ts'
import { type HeadTexts, type Whereabouts, whereaboutsOf } from '../finding/whereabouts.ts'
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
  /** Texts of the head that earlier findings are looked for in. */
  readonly headTexts: HeadTexts
  /** Ids of earlier findings that the model, asked about them, does not see any more. */
  readonly fixed: ReadonlySet<string>
  /** Memory when the model was asked. */
  readonly memory: Memory
}

/** An earlier finding as it is now. */
export type StandingNow = { readonly standing: Standing; readonly where: Whereabouts }

export type Decided = {
  readonly selection: Selection
  readonly repeated: readonly Repeated[]
  /** Every earlier finding with what became of it, those included that this run found mended. */
  readonly standing: readonly StandingNow[]
  readonly files: readonly FileCoverage[]
  readonly reviewedHunks: readonly string[]
  readonly verdict: 'passed' | 'findings' | 'inconclusive'
  readonly reason: string
  /** Hunks were not reviewed that another attempt may review: nothing but trouble was in the way. */
  readonly mayImprove: boolean
  /** There is something to say that no review has said. Else the standing summary at most has to change. */
  readonly newsworthy: boolean
  /** Where this head was dealt with before. */
  readonly earlierReviewUrl: string | null
}

/**
 * What to say, given what stands now. Called again with newer memory right before posting: a run at the same time may
 * have reviewed the same hunks, and each hunk and each finding is said once.
 */
export function decideContent(
  learned: Learned,
  now: Memory,
  headSha: string,
  limits: { readonly minSeverity: Severity; readonly maxComments: number },
): Decided {
  const overtaken = new Set([...now.reviewedHunks].filter((hunk) => !learned.memory.reviewedHunks.has(hunk)))
  const { mine, theirs } = partByHunk(learned, overtaken)
  const where = new Map(
    now.standing.map((one) => [one, whereaboutsOf(one, learned.diffs, learned.headTexts)] as const),
  )
  const recalled = recallFindings(mine, now.standing, (one) => where.get(one)?.path ?? one.path)
  const mended = new Set(
    recalled.repeated.flatMap(({ standing, finding }) =>
      standing !== null && finding === null && isMended(standing, learned.fixed) ? [standing] : [],
    ),
  )
  const repeated = recalled.repeated.filter(({ standing }) => standing === null || !mended.has(standing))
  const selection = selectFindings(recalled.fresh, limits)
  const files = accountFor(learned, learned.asked, learned.leftOut, overtaken)
  const reviewedHunks = reviewedHunkIds(files).filter((hunk) => !now.reviewedHunks.has(hunk))
  const said = selection.inline.length + selection.folded.length
  const reason = whyIncomplete(files, learned.unlistedFiles)
  const stands =
    said + repeated.filter(({ standing }) => standing !== null && countsForGate(standing.fate)).length
  return {
    selection,
    repeated: [...repeated, ...theirs],
    standing: now.standing.map((one) => ({
      standing: mended.has(one) ? { ...one, fate: { kind: 'addressed', headSha } } : one,
      where: where.get(one) ?? { kind: 'unknown', path: one.path },
    })),
    files,
    reviewedHunks,
    verdict: reason !== null ? 'inconclusive' : stands > 0 ? 'findings' : 'passed',
    reason: reason ?? '',
    mayImprove: files.some((file) => file.mayImprove === true),
    newsworthy: now.summary === null || said > 0 || (now.hasReview && reviewedHunks.length > 0),
    earlierReviewUrl: now.reviewUrl,
  }
}

function isMended({ fate, id }: Standing, fixed: ReadonlySet<string>): boolean {
  return countsForGate(fate) && fixed.has(id)
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
