import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import type { ActionResult } from '../run-action.ts'
import { startScene, type Scene, type SceneRun, small } from './setup.ts'
import { hurried } from './hurried.ts'
import { inTurn, onePartEach, parts } from './model-setup.ts'
import { type Answer, faults, openAiError, plantedReviewer } from '../simulators/model/index.ts'

const reply = plantedReviewer(small.findings)

/** Trouble that passes: a request to GitHub and two to the model are sent again. */
async function startTroubledScene(): Promise<Scene> {
  // Of a longer limit a timer that rings early would leave a moment, waited for once more.
  const limited = { fault: faults.rateLimited(0) }
  const broken = { fault: hurried(faults.serverError()) }
  const scene = await startScene({ model: { answer: inTurn(limited, broken, reply) } })
  scene.github.faults.add({ method: 'GET', path: /\/files$/, behaviour: { status: 502, body: 'Unicorn!' } })
  return scene
}

/** What anybody sees who looks at the log, commands left out. */
const visible = ({ stdout }: ActionResult) => stdout.split('\n').filter((line) => !line.startsWith('::'))
const debugged = ({ commands }: ActionResult) =>
  commands.filter(({ name }) => name === 'debug').map(({ message }) => message)

/** Lines of the log about requests, in the order of their ends. */
const requestLines = (lines: readonly string[]) =>
  lines.filter((line) => /^(GitHub [A-Z]+ |model request )/.test(line))

/** What is told of each request and retry, without how long it took. */
function expectTraced({ github, model }: Scene, lines: readonly string[]): void {
  const requests = requestLines(lines)
  const gitHub = github.requests.map(
    ({ method, path, status }) => `GitHub ${method} ${path}: ${status} after `,
  )
  const models = [429, 500, 200].map(
    (status, at) => `model request ${at + 1} (gpt-5.4-mini): ${status} after `,
  )
  expect(requests.map((line) => line.replace(/(?<= after ).*/, '')).toSorted()).toEqual(
    [...gitHub, ...models].toSorted(),
  )
  expect(model.requests).toHaveLength(3)
  expect(requests.at(-1)).toMatch(/: 200 after \d+\.\d\d s$/)
  expect(lines.join('\n')).toMatch(
    /model request 3 .* after \d+\.\d\d s, [\d,]+ prompt and \d+ completion tokens\n/,
  )
  const again = lines.filter((line) => line.startsWith('asking ') && line.includes(' again after '))
  expect(again.map((line) => line.replace(/ after .*:/, ':'))).toEqual([
    'asking GitHub again: server error (GET /repos/{owner}/{repo}/pulls/{pull_number}/files)',
    'asking the model server again: rate limit (model request 1)',
    'asking the model server again: server error (model request 2)',
  ])
  expect(lines.filter((line) => line.startsWith('waited '))).toHaveLength(3)
  const phases = lines.flatMap((line) => /^phase (\w+): \d+\.\d\d s$/.exec(line)?.[1] ?? [])
  expect(phases).toEqual(['start', 'read', 'plan', 'ask', 'decide', 'publish'])
}

const prompt = 'const euros = cents / 100'
const answer = '"summary":"A planted review."'

describe.concurrent('the log', () => {
  test.each<[string, SceneRun]>([
    ['where nobody debugs', {}],
    ['where step debugging is on', { debug: true }],
  ])('leaves what happened on the wire to the runner: %s', async (_, run) => {
    await using scene = await startTroubledScene()
    const result = await scene.run(run)
    expectTraced(scene, debugged(result))
    expect(requestLines(visible(result))).toEqual([])
    expect(result.stdout).not.toContain(prompt)
    expect(result.stdout).not.toContain(answer)
  })

  test('has it for all to see at `log-level: debug`, once, and no prompt', async () => {
    await using scene = await startTroubledScene()
    const result = await scene.run({ debug: true, inputs: { 'log-level': 'debug' } })
    expectTraced(scene, visible(result))
    expect(debugged(result)).toEqual([])
    expect(result.stdout).not.toContain(prompt)
    expect(result.stdout).not.toContain(answer)
  })

  test('has prompts and answers besides at `log-level: trace`, and obeys no command in them', async () => {
    const hostile = '::error::from the diff'
    const after = { 'src/price.ts': `${small.after['src/price.ts']}// ${hostile}\n${hostile}\n` }
    await using scene = await startScene({ ...small, after })
    const result = await scene.run({ inputs: { 'log-level': 'trace' } })
    const shown = visible(result)
    for (const line of scene.model.requests[0]?.prompt.split('\n') ?? [])
      expect(shown).toContain(line.replaceAll('::', ':\u200B:'))
    expect(result.stdout).toContain('question 1, to gpt-5.4-mini:\n--- system:\n')
    expect(result.stdout).toContain('answer to question 1, to model request 1:\n{"summary"')
    expect(requestLines(shown)).not.toEqual([])
    expect(result.annotations).toEqual([])
  })
})

const Milliseconds = v.pipe(v.number(), v.integer(), v.minValue(0))
const Trace = v.strictObject({
  durationMs: Milliseconds,
  phases: v.array(v.strictObject({ phase: v.string(), durationMs: Milliseconds })),
  requests: v.array(
    v.strictObject({
      ...{ target: v.string(), status: v.union([v.number(), v.string()]) },
      ...{ atMs: Milliseconds, durationMs: Milliseconds },
      ...{ number: v.optional(v.number()), model: v.optional(v.string()) },
      ...{ method: v.optional(v.string()), path: v.optional(v.string()) },
      ...{ promptTokens: v.optional(v.number()), cachedTokens: v.optional(v.number()) },
      completionTokens: v.optional(v.number()),
    }),
  ),
  retries: v.array(
    v.strictObject({
      ...{ target: v.string(), what: v.string(), reason: v.string() },
      ...{ atMs: Milliseconds, waitMs: Milliseconds },
    }),
  ),
  waits: v.array(v.strictObject({ target: v.string(), durationMs: Milliseconds })),
  omitted: v.literal(0),
})

const traceOf = ({ report }: ActionResult) => v.parse(v.object({ trace: Trace }), report).trace

describe.concurrent('the report', () => {
  test('accounts for every request, retry and token, and for all of the time', async () => {
    await using scene = await startTroubledScene()
    const result = await scene.run()
    const { durationMs, phases, requests, retries, waits } = traceOf(result)

    const sent = (target: string) => requests.filter((request) => request.target === target)
    const seen = scene.github.requests.map(({ method, path, status }) => ({ method, path, status }))
    expect(sent('github')).toHaveLength(seen.length)
    expect(sent('github').map(({ method, path, status }) => ({ method, path, status }))).toEqual(
      expect.arrayContaining(seen),
    )
    expect(sent('llm').map(({ number, status }) => [number, status])).toEqual([
      [1, 429],
      [2, 500],
      [3, 200],
    ])
    expect(requests).toHaveLength(seen.length + scene.model.requests.length)
    const sum = (key: 'promptTokens' | 'completionTokens') =>
      String(requests.reduce((total, request) => total + (request[key] ?? 0), 0))
    expect(sum('promptTokens')).toBe(result.outputs['prompt-tokens'])
    expect(sum('completionTokens')).toBe(result.outputs['completion-tokens'])

    expect(retries.map(({ target, reason }) => `${target} ${reason}`)).toEqual([
      ...['github server_error', 'llm rate_limit', 'llm server_error'],
    ])
    expect(waits.map(({ target }) => target)).toEqual(['github', 'llm', 'llm'])

    const inPhases = phases.reduce((total, phase) => total + phase.durationMs, 0)
    expect(Math.abs(durationMs - inPhases)).toBeLessThan(500)
    expect(durationMs).toBeLessThan(result.durationMs)
    for (const { atMs, durationMs: took } of requests) expect(atMs + took).toBeLessThanOrEqual(durationMs)
  })

  test('and the summary show when requests overlapped and what each model cost', async () => {
    const { findings, ...files } = parts(4)
    const finds = plantedReviewer(findings)
    const usage = { prompt_tokens: 900, completion_tokens: 90, prompt_tokens_details: { cached_tokens: 600 } }
    const model = {
      models: ['first', 'second'],
      answer: (request: Parameters<typeof finds>[0] & { body: { model?: unknown } }): Answer =>
        request.body.model === 'first'
          ? { fault: faults.reply(openAiError(403, 'Not for you')) }
          : { ...finds(request), usage, latencyMs: 1_500 },
    }
    await using scene = await startScene({ ...files, model })
    const result = await scene.run({
      inputs: { ...onePartEach, model: 'first', 'fallback-models': 'second' },
    })

    const asked = traceOf(result).requests.filter((request) => request.model === 'second')
    expect(asked).toHaveLength(4)
    expect(asked.reduce((sum, request) => sum + (request.cachedTokens ?? 0), 0)).toBe(2_400)
    expect(Math.max(...asked.map(({ atMs }) => atMs))).toBeLessThan(
      Math.min(...asked.map(({ atMs, durationMs }) => atMs + durationMs)),
    )
    expect(result.summary).toMatch(/\n\| `first` \| \d \| \d \(403\) \| 0 \| 0 \| 0 \| \d\.\d\d s \|\n/)
    expect(result.summary).toMatch(/\n\| `second` \| 4 \| 0 \| 3,600 \| 2,400 \| 360 \| \d\.\d\d s \|\n/)
    expect(result.summary).toMatch(/\n```mermaid\ngantt\n/)
    expect(result.summary).not.toContain('What to change')
  })
})
