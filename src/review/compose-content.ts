import type { ReviewContent } from '../publication/compose.ts'
import type { PullRequestSnapshot } from '../pull-request.ts'
import type { AskedChunk, TokenTally } from './ask-model.ts'
import { describeCoverage, listNotReviewed } from './coverage.ts'
import type { Decided } from './decide-content.ts'
import type { ReviewSurroundings } from './review-pull-request.ts'

export type Usage = TokenTally & { readonly requests: number }

/** What the review will say, out of what was decided. */
export function composeContent(
  decided: Decided,
  snapshot: PullRequestSnapshot,
  asked: readonly AskedChunk[],
  usage: Usage,
  { serverUrl, runId, startedAt }: ReviewSurroundings,
): ReviewContent {
  return {
    ...decided,
    ...usage,
    target: { serverUrl, ref: snapshot.ref, headSha: snapshot.headSha },
    runId,
    startedAt,
    summaries: summariesOf(asked),
    notReviewed: listNotReviewed(decided.files),
    coverage: describeCoverage(decided.files),
    models: modelsOf(asked),
  }
}

export function summariesOf(asked: readonly AskedChunk[]): readonly string[] {
  return asked.flatMap((one) => (one.kind === 'answered' ? [one.answer.summary] : []))
}

/** The models that answered, each once. */
export function modelsOf(asked: readonly AskedChunk[]): readonly string[] {
  return [...new Set(asked.flatMap((one) => (one.kind === 'answered' ? [one.model] : [])))]
}
