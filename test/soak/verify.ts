import type {
  SimulatedGitHub,
  SimulatedPullRequest,
  SubmittedCheckRun,
  SubmittedReview,
} from '../simulators/github/index.ts'

/** A pull request and every head it had. */
export type Authored = { readonly pull: SimulatedPullRequest; readonly heads: string[] }

export function reviewsOf({ pull }: Authored, headSha: string): readonly SubmittedReview[] {
  return pull.reviews().filter(({ commitId }) => commitId === headSha)
}

/** The last head of a pull request was reviewed, and its check run says so. */
export function isReviewed(authored: Authored): boolean {
  return isTold(authored) && endsInSuccess(authored.pull)
}

/** By a review of its own, or, where it brings nothing new to say, by the standing summary. */
function isTold(authored: Authored): boolean {
  const { pull } = authored
  const summary = pull.reviews()[0]?.body ?? ''
  return reviewsOf(authored, pull.headSha).length > 0 || summary.includes(`As of ${pull.headSha.slice(0, 7)}`)
}

/** Whatever is not as it should be once nothing is left to do. */
export function problemsOf(authored: readonly Authored[], gitHub: SimulatedGitHub): readonly string[] {
  return [...authored.flatMap(problemsOfOne), ...gitHub.violations]
}

function problemsOfOne(authored: Authored): readonly string[] {
  const { pull, heads } = authored
  const lost = isTold(authored) ? [] : ['its last head was not reviewed']
  const doubled = heads
    .map((head) => ({ head, count: reviewsOf(authored, head).length }))
    .filter(({ count }) => count > 1)
    .map(({ head, count }) => `${head.slice(0, 7)} has ${count} reviews`)
  const pending = pull.pendingReviews().map(({ id }) => `the review ${id} was never submitted`)
  const told = checkRunsOf(pull).map(({ history, title }) => `${history.join(' → ')} (${title})`)
  const checks = endsInSuccess(pull) ? [] : [`its check run is ${told.join(', ') || 'missing'}`]
  return [...lost, ...doubled, ...pending, ...checks].map((problem) => `#${pull.number}: ${problem}`)
}

/**
 * Two processes can begin a check run each at the same moment; the one that is ended last counts, and the others were
 * cancelled. Of a pull request that was closed since, one may say so.
 * https://docs.github.com/en/rest/checks/runs#list-check-runs-for-a-git-reference (`filter`)
 */
function endsInSuccess(pull: SimulatedPullRequest): boolean {
  const [last, ...others] = checkRunsOf(pull)
    .toSorted((a, b) => (b.completedAt ?? '').localeCompare(a.completedAt ?? '') || b.id - a.id)
    .map(({ conclusion }) => conclusion ?? 'open')
    .filter((conclusion) => pull.state.state === 'open' || conclusion !== 'skipped')
  return last === 'success' && others.every((conclusion) => conclusion === 'cancelled')
}

function checkRunsOf(pull: SimulatedPullRequest): readonly SubmittedCheckRun[] {
  return pull.checkRuns().filter(({ name }) => name === 'PatchPilot')
}
