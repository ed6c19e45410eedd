import { grouped } from '../publication/counted.ts'
import type { ReviewOutcome } from '../review/outcome.ts'
import { byHand, input, progress, reasonsFor, reviewedHunks } from './advice-facts.ts'
import { adviseOnModel } from './advice-model.ts'
import type { RunTrace } from './trace.ts'
import { seconds } from './trace-lines.ts'
import { askedAnybody, isFailure, serverOf, sumOf } from './trace-sums.ts'

/** What to change so that the next run does better, by what went wrong; empty when nothing did. In Markdown. */
export function advise(outcome: ReviewOutcome, trace: RunTrace): readonly string[] {
  const advice = outcome.verdict === 'inconclusive' ? adviseOnIncomplete(outcome, trace) : []
  return [...new Set([...advice, ...adviseOnDelivery(outcome), ...adviseOnMetrics(trace)])]
}

function adviseOnIncomplete(outcome: ReviewOutcome, trace: RunTrace): readonly string[] {
  const trouble = [
    ...adviseOnModel(outcome, trace),
    ...adviseOnGitHub(outcome, trace),
    ...adviseOnUnseen(outcome),
  ]
  const advice = [...adviseOnBudget(outcome), ...trouble, ...adviseOnTime(outcome, trace, trouble.length > 0)]
  return advice.length > 0 || !askedAnybody(trace.sums)
    ? advice
    : [`Run it again with ${input('log-level')} set to \`debug\`: the log then has every request.`]
}

function adviseOnBudget(outcome: ReviewOutcome): readonly string[] {
  const reasons = reasonsFor(outcome, 'budget')
  const { promptTokens, completionTokens } = outcome.usage
  const spent = `${grouped(promptTokens + completionTokens)} tokens went into ${progress(outcome)}`
  return [
    ...(reasons.some((reason) => reason.includes(input('max-tokens')))
      ? [`Raise ${input('max-tokens')}, or split the pull request: ${spent}.`]
      : []),
    ...(reasons.some((reason) => reason.includes(input('request-tokens')))
      ? [
          `Raise ${input('request-tokens')} where the model's context window has room, or keep minified and generated files out of the pull request.`,
        ]
      : []),
  ]
}

/** More time helps no review that came to nothing, and other trouble is dealt with first. */
function adviseOnTime(
  outcome: ReviewOutcome,
  { durationMs, sums }: RunTrace,
  troubled: boolean,
): readonly string[] {
  const late = outcome.ending === 'timed_out' || reasonsFor(outcome, 'deadline').length > 0
  if (!late || (troubled && reviewedHunks(outcome) === 0)) return []
  const more = `Raise ${input('timeout')}, and the job's \`timeout-minutes\` with it: ${progress(outcome)} took ${seconds(durationMs)}.`
  if (troubled) return [more]
  const { waitedMs } = serverOf(sums, 'llm')
  const askedMs = sums.phases.get('ask') ?? durationMs
  const slowestMs = Math.max(0, ...[...sums.models.values()].map((model) => model.slowestMs))
  return [
    more,
    waitedMs > askedMs / 4
      ? `Requests waited ${seconds(waitedMs)} altogether until the model server could be asked again: lower ${input('concurrency')}, or take a ${input('model')} with higher limits.`
      : slowestMs > askedMs / 3
        ? `The slowest request to the model took ${seconds(slowestMs)}: take a faster ${input('model')}, or ask for less at once with a lower ${input('request-tokens')}.`
        : `Raise ${input('concurrency')} if the model server can answer more requests at once.`,
  ]
}

/** Only where the pull request could not be read or the review not be posted: a request that failed may not matter. */
function adviseOnGitHub({ files, delivery, reason }: ReviewOutcome, { sums }: RunTrace): readonly string[] {
  if (files.length > 0 && delivery !== 'failed') return []
  const { statuses, retries } = serverOf(sums, 'github')
  const limited = retries.has('rate_limit') || statuses.has(429) || reason.includes('rate limit')
  return [
    ...(statuses.has(401)
      ? [
          `Leave ${input('github-token')} out, and the job's own token is used. An App's ${input('app-id')} and ${input('app-private-key')} must be of the same App.`,
        ]
      : []),
    // https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    ...(limited
      ? [
          `Post as a GitHub App (${input('app-id')}, ${input('app-private-key')}): the job's own token has 1,000 requests an hour, which all workflows of the repository share.`,
        ]
      : []),
    ...(!limited && (statuses.has(403) || statuses.has(404))
      ? [
          'Naming one permission in a workflow takes away all that are not named, and a reusable workflow has no more than its caller: see that both name `contents: read` and `pull-requests: write`.',
        ]
      : []),
    ...(sumOf(statuses, (status) => isFailure(status) && (typeof status !== 'number' || status >= 500)) > 0
      ? ['Run the job again: the trouble was between GitHub and the runner, and seldom lasts.']
      : []),
  ]
}

function adviseOnUnseen({ files, usage, delivery }: ReviewOutcome): readonly string[] {
  const open = files.filter(({ incomplete }) => incomplete)
  const unlisted = open.length === 0 && usage.requests > 0 && delivery !== 'failed'
  return unlisted || open.some(({ hunks }) => hunks.length === 0)
    ? [
        `Split the pull request so that GitHub shows all of it; or look at those files yourself, and set ${input('on-inconclusive')} to \`warn\`.`,
      ]
    : []
}

function adviseOnDelivery({ delivery, deliveryReason, pullRequest }: ReviewOutcome): readonly string[] {
  if (delivery !== 'not-permitted') return []
  return /locked/.test(deliveryReason) ? ['Unlock the conversation.'] : [byHand(pullRequest)]
}

function adviseOnMetrics({ sums }: RunTrace): readonly string[] {
  if (sums.push !== 'failed') return []
  const { statuses } = serverOf(sums, 'pushgateway')
  if (statuses.has(401) || statuses.has(403))
    return [
      `The Pushgateway wants other credentials: see ${input('pushgateway-username')} and ${input('pushgateway-password')}.`,
    ]
  if (statuses.has(400))
    return [
      `The Pushgateway did not take these metrics: see that nothing else pushes metrics named \`patchpilot_…\` to it, and that ${input('metrics-mode')} fits its kind.`,
    ]
  return sumOf(statuses, (status) => status !== 200 && status !== 202) === 0
    ? [
        `Spread the runs of this repository over time, or or use a gateway that adds, with another ${input('metrics-mode')}: they were in each other's way at the Pushgateway.`,
      ]
    : [
        `See that the runner can reach ${input('pushgateway-url')}: the metrics of this run are missing there.`,
      ]
}
