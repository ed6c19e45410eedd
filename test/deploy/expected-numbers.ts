import {
  by,
  cost,
  count,
  errorShare,
  inconclusiveOf,
  only,
  type Prices,
  requestQuantile,
  requests,
  reviewQuantile,
  reviewsOf,
  seconds,
  since,
  sum,
  tokens,
} from './facts.ts'
import type { Expectation, Expected } from './numbers.ts'
import type { Run } from './runs.ts'

/** What each query of the dashboard must return, as `panel / legend`, computed from what the runs say of themselves. */
export function expectedNumbers(runs: readonly Run[], at: number, prices: Prices): Record<string, Expected> {
  const reviews = reviewsOf(runs)
  const inconclusive = inconclusiveOf(runs)
  const succeeded = reviews.filter(({ verdict }) => verdict !== 'inconclusive')
  const findings = runs.flatMap((run) => run.findings.map((one) => ({ ...one, repository: run.repository })))
  const fresh = findings.filter(({ placement }) => placement === 'inline' || placement === 'folded')
  const files = runs.flatMap((run) => run.files)
  const reviewable = files.filter(
    ({ coverage }) => !['excluded', 'generated', 'binary', 'no-patch'].includes(coverage),
  )
  const covered = files.filter(({ coverage }) => coverage === 'reviewed' || coverage === 'already-reviewed')
  const llm = requests(runs, 'llm')
  const github = requests(runs, 'github')
  const retries = runs.flatMap(({ trace }) => trace.retries)
  const phases = runs.flatMap(({ trace }) => trace.phases)
  const llmQuantile = (q: number) =>
    by(
      llm,
      (one) => one.model,
      (some) => requestQuantile(q, some, 'patchpilot_llm_request_duration_seconds'),
    )
  const inconclusiveRate = only(inconclusive.length / reviews.length)
  const perRepository = (value: (runs: readonly Run[]) => Expectation) =>
    by(runs, (run) => run.repository, value)
  const age = (some: readonly Run[]) => since(at, Math.max(...some.map(({ endedAt }) => endedAt)))
  const lastSuccess = by(succeeded, (run) => run.repository, age)

  return {
    'Reviews / reviews': only(reviews.length),
    'Inconclusive / inconclusive': inconclusiveRate,
    'Last success / last success': only(age(succeeded)),
    'Duration, p95 / p95': only(reviewQuantile(0.95, reviews)),
    'New findings / findings': only(fresh.length),
    'Coverage / covered': only(covered.length / reviewable.length),
    'Tokens / tokens': only(tokens(llm)),
    'Cost / cost': only(cost(llm, prices)),

    'Reviews by verdict / {{verdict}}': count(runs, ({ verdict }) => verdict),
    'Inconclusive rate / inconclusive': inconclusiveRate,
    'Review duration / p50': only(reviewQuantile(0.5, reviews)),
    'Review duration / p90': only(reviewQuantile(0.9, reviews)),
    'Review duration / p99': only(reviewQuantile(0.99, reviews)),
    'Time by phase / {{phase}}': by(
      phases,
      ({ phase }) => phase,
      (same) => seconds(same, same.length),
    ),
    'Files by coverage / {{coverage}}': count(files, ({ coverage }) => coverage),
    'What asked for reviews / {{trigger}}': count(runs, ({ trigger }) => trigger),

    'New findings by severity / {{severity}}': count(fresh, ({ severity }) => severity),
    'New findings by category / {{category}}': count(fresh, ({ category }) => category),
    'Where findings went / {{placement}}': count(findings, ({ placement }) => placement),
    // Not counted yet.
    'Addressed and dismissed / addressed': {},
    'Addressed and dismissed / dismissed': {},
    'Findings with an outcome / {{outcome}}': {},

    'Tokens per day / prompt': only(sum(llm, (one) => one.promptTokens - one.cachedTokens)),
    'Tokens per day / prompt, cached': only(sum(llm, (one) => one.cachedTokens)),
    'Tokens per day / completion': only(sum(llm, (one) => one.completionTokens)),
    'Tokens per day and repository / {{repository}}': perRepository((some) => tokens(requests(some, 'llm'))),
    'Cost per day and repository / {{repository}}': perRepository((some) =>
      cost(requests(some, 'llm'), prices),
    ),
    'Repositories / Reviews': count(reviews, ({ repository }) => repository),
    'Repositories / Inconclusive': count(inconclusive, ({ repository }) => repository),
    'Repositories / New findings': count(fresh, ({ repository }) => repository),
    'Repositories / Tokens': perRepository((some) => tokens(requests(some, 'llm'))),
    'Repositories / Cost': perRepository((some) => cost(requests(some, 'llm'), prices)),
    'Repositories / Last success': lastSuccess,

    'Model requests by status / {{status}}': count(llm, ({ status }) => String(status)),
    'Model errors / {{model}}': by(llm, (one) => one.model, errorShare),
    'Model response time / p50 {{model}}': llmQuantile(0.5),
    'Model response time / p95 {{model}}': llmQuantile(0.95),
    'Retries / {{target}}: {{reason}}': count(retries, ({ target, reason }) => `${target} ${reason}`),
    'Time spent waiting / {{target}}': by(
      runs.flatMap(({ trace }) => trace.waits),
      ({ target }) => target,
      (some) => seconds(some),
    ),
    'GitHub requests by status / {{status}}': count(github, ({ status }) => String(status)),
    'GitHub response time, p95 / {{method}}': by(
      github,
      (one) => one.method,
      (some) => requestQuantile(0.95, some, 'patchpilot_github_request_duration_seconds'),
    ),

    'Last successful review / {{repository}}': lastSuccess,
    'Last push / {{repository}}': perRepository(age),
  }
}

/** Those of the App server and of every repository, whatever is chosen. */
export function expectedTasks(runs: readonly Run[]): Expected {
  const endings: Readonly<Record<string, string>> = { skipped: 'skipped', inconclusive: 'failed' }
  return { started: runs.length, ...count(runs, ({ verdict }) => endings[verdict] ?? 'succeeded') }
}
