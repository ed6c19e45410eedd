import * as v from 'valibot'
import type { SceneOptions, SceneRun } from '../scenarios/setup.ts'
import { startScene } from '../scenarios/setup.ts'
import type { Prometheus } from '../servers/prometheus.ts'
import {
  type Answer,
  faults,
  type ModelRequest,
  planted,
  plantedReviewer,
} from '../simulators/model/index.ts'

const Target = v.picklist(['llm', 'github', 'pushgateway'])
const Report = v.object({
  verdict: v.string(),
  findings: v.array(v.object({ severity: v.string(), category: v.string(), placement: v.string() })),
  files: v.array(v.object({ coverage: v.string() })),
  trace: v.object({
    phases: v.array(v.object({ phase: v.string(), durationMs: v.number() })),
    requests: v.array(
      v.object({
        target: Target,
        model: v.optional(v.string()),
        method: v.optional(v.string()),
        status: v.union([v.number(), v.string()]),
        durationMs: v.number(),
        promptTokens: v.optional(v.number(), 0),
        cachedTokens: v.optional(v.number(), 0),
        completionTokens: v.optional(v.number(), 0),
      }),
    ),
    retries: v.array(v.object({ target: Target, reason: v.string() })),
    waits: v.array(v.object({ target: Target, durationMs: v.number() })),
    omitted: v.literal(0),
  }),
})

/** What a run says of itself. */
export type Run = v.InferOutput<typeof Report> & {
  readonly repository: string
  readonly trigger: string
  /** Unix time in seconds. */
  readonly endedAt: number
}

export const owner = 'acme'

/** An answer with the tokens that it used. */
function costing(answer: Answer, prompt: number, cached: number, completion: number): Answer {
  const usage = {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached },
  }
  return { ...answer, usage }
}

const source = {
  before: { 'src/a.ts': 'export const a = 1\n', 'src/b.ts': 'export const b = 1\n' },
  after: {
    'src/a.ts': 'export const a = eval(input)\nexport const c = [].map(eval)\n',
    'src/b.ts': 'export const b = 2\n',
    'package-lock.json': '{ "lockfileVersion": 3 }\n',
  },
} satisfies SceneOptions

const findings = [
  planted({ path: 'src/a.ts', quote: 'eval(input)', severity: 'critical', category: 'security' }),
  planted({ path: 'src/a.ts', quote: '[].map(eval)', severity: 'medium', category: 'bug', title: 'Index' }),
  planted({ path: 'src/b.ts', quote: 'export const b = 2', severity: 'low', category: 'testing' }),
]

/**
 * Six runs in four repositories, each as long as it takes until Prometheus has seen its series at 0: findings, the same
 * pull request again, a draft that is skipped; nothing found; a model that refuses the key; servers that stumble.
 */
export async function runAll(gatewayUrl: string, prometheus: Prometheus): Promise<readonly Run[]> {
  async function seen(repository: string, trigger: string) {
    const selector = `patchpilot_reviews_total{repository="${repository}", trigger="${trigger}"}`
    await prometheus.waitUntil(selector, (values) => values.length > 0)
  }
  async function scene(name: string, options: SceneOptions, answer: (request: ModelRequest) => Answer) {
    let trigger = 'pull_request'
    const repository = `${owner}/${name}`
    const started = await startScene({
      ...source,
      ...options,
      repository: { owner, name },
      model: {
        answer: async (request) => {
          await seen(repository, trigger)
          return answer(request)
        },
      },
    })
    const run = async (run: SceneRun = {}): Promise<Run> => {
      trigger = run.event?.name ?? 'pull_request'
      const inputs = { 'pushgateway-url': gatewayUrl, ...run.inputs }
      const { report } = await started.run({ ...run, inputs })
      return { ...v.parse(Report, report), repository, trigger, endedAt: Date.now() / 1000 }
    }
    return { ...started, run }
  }
  const reviewer = plantedReviewer(findings)

  await using shop = await scene('shop', {}, (request) => costing(reviewer(request), 9_000, 4_000, 700))
  await using tools = await scene('tools', {}, () =>
    costing({ content: { summary: 'Fine.', findings: [] } }, 2_000, 0, 100),
  )
  await using legacy = await scene('legacy', {}, () => ({ fault: faults.reply({ status: 401, body: {} }) }))
  await using flaky = await scene('flaky', {}, ({ index }) =>
    index === 0
      ? { fault: faults.rateLimited(1) }
      : index === 1
        ? { fault: faults.serverError(503) }
        : costing({ content: { summary: 'Fine.', findings: [] } }, 3_000, 1_000, 50),
  )
  flaky.github.faults.add({ method: 'GET', path: /\/files$/, behaviour: { status: 502 } })

  const first = await Promise.all([
    shop.run({ inputs: { 'max-comments': '1', 'min-severity': 'medium' } }),
    ...[tools, legacy, flaky].map((one) => one.run()),
  ])
  const draft = await shop.repository.openPullRequest({ files: { 'src/c.ts': 'export {}\n' }, draft: true })
  const dispatch = shop.repository.dispatchEvent({ 'pull-request': String(shop.pull.number) })
  const again = await shop.run({
    event: { name: 'workflow_dispatch', payload: dispatch },
    inputs: { 'pull-request': String(shop.pull.number) },
  })
  const skipped = await shop.run({ event: { name: 'pull_request', payload: draft.event('opened') } })
  return [...first, again, skipped]
}
