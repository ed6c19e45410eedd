import type { PlanLimits } from './plan-review.ts'

/** Code around the change helps; more of it than this does not help more, and costs. */
const mostExcerptTokens = 2_000
/** A change of several requests pays for it several times, and has less to ask of the code around it. */
const mostExcerptTokensOfMany = 700
/** Of a request that is small itself. */
const mostExcerptShare = 1 / 10
/** Even beside a single changed line: without what encloses it nobody can judge it. */
const leastExcerptTokens = 300
/** Of a prompt, all that is not diff: what is told each time, and the code around the change. */
const mostOverhead = 0.3
/** Of a budget smaller than one request. */
const mostPromptShare = 0.8
/** What an answer usually takes, hidden reasoning left out of account. */
const usualAnswerTokens = 2_000

/** How much fits into one request besides what each of them says, and how much the budget pays for. */
export function planLimits(
  { requestTokens: wanted, maxTokens }: { readonly requestTokens: number; readonly maxTokens: number },
  frameTokens: number,
): PlanLimits {
  // a request that the budget cannot pay for, with its answer, would not be sent at all
  const requestTokens = Math.min(wanted, Math.floor(maxTokens * mostPromptShare))
  const excerptTokens = Math.min(mostExcerptTokens, Math.floor(requestTokens * mostExcerptShare))
  const chunkTokens = requestTokens - frameTokens - excerptTokens
  const requests = Math.max(1, Math.floor(maxTokens / (requestTokens + usualAnswerTokens)))
  return { chunkTokens, excerptTokens, frameTokens, affordableTokens: requests * chunkTokens }
}

/** How many tokens of surrounding code go along with a chunk of so many, one of so many requests. */
export function excerptTokens(chunkTokens: number, requests: number, limits: PlanLimits): number {
  const inProportion = Math.floor((chunkTokens * mostOverhead) / (1 - mostOverhead)) - limits.frameTokens
  const most = requests > 1 ? Math.min(mostExcerptTokensOfMany, limits.excerptTokens) : limits.excerptTokens
  return Math.min(most, Math.max(leastExcerptTokens, inProportion))
}
