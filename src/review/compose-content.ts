import type { Memory } from '../finding/recall.ts'
import type { ReviewContent } from '../publication/compose.ts'
import type { PullRequestSnapshot } from '../pull-request.ts'
import type { Asked } from './ask-model.ts'
import type { TokenTally } from './budgeted-model.ts'
import { describeCoverage, hunksByFile, listCovered, listNotReviewed } from './coverage.ts'
import type { Decided } from './decide-content.ts'
import type { ReviewCircumstances } from './review-pull-request.ts'

export type Usage = TokenTally & { readonly requests: number }

/** All that came of the asking, for who reads of it. */
export type Told = Asked & {
  readonly usage: Usage
  readonly warnings: readonly string[]
  readonly profile: string
}

/** What the review will say, out of what was decided. */
export function composeContent(
  decided: Decided,
  memory: Memory,
  snapshot: PullRequestSnapshot,
  told: Told,
  { serverUrl, runId, startedAt }: Pick<ReviewCircumstances, 'serverUrl' | 'runId' | 'startedAt'>,
): ReviewContent {
  return {
    profile: told.profile,
    hunksByFile: hunksByFile(decided.files),
    summaryUrl: memory.summary?.url ?? null,
    ...decided,
    ...told.usage,
    target: { serverUrl, ref: snapshot.ref, headSha: snapshot.headSha },
    runId,
    startedAt,
    summaries: summariesOf(told),
    warnings: told.warnings,
    notReviewed: listNotReviewed(decided.files),
    files: listCovered(decided.files),
    coverage: describeCoverage(decided.files),
    models: modelsOf(told),
  }
}

/** One of the whole change, or those of its parts where nobody gave that. */
export function summariesOf({ summary, chunks }: Asked): readonly string[] {
  if (summary !== null) return [summary]
  return chunks.flatMap((one) => (one.kind === 'answered' ? [one.answer.summary] : []))
}

/** The models that answered, each once. */
export function modelsOf({ chunks }: Asked): readonly string[] {
  return [...new Set(chunks.flatMap((one) => (one.kind === 'answered' ? [one.model] : [])))]
}
