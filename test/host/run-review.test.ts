import { describe, expect, it } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import type { Texts } from '../../src/config/load.ts'
import { CancelledError, FixableError, TemporaryError } from '../../src/errors.ts'
import { type ReviewHost, runReview } from '../../src/host/run-review.ts'
import type { Observation } from '../../src/ports/observer.ts'
import { newFile } from '../review/given-files.ts'
import { FakePullRequest } from '../fakes/fake-pull-request.ts'
import { FakeLanguageModel, type Saying } from '../fakes/language-model.ts'
import { FakeSourceReader } from '../fakes/source-reader.ts'
import { silentLogger } from '../fakes/silent-logger.ts'
import { emptyPullRequest } from '../fixtures/empty-pull-request.ts'
import { reviewConfig } from '../fixtures/review-config.ts'

const fine: Saying = { content: { summary: 'Fine.', findings: [] } }
const down: Saying = { fails: 'server', reason: 'the model server was down' }

type Given = {
  readonly say?: Saying
  readonly inputs?: Texts
  readonly host?: Partial<ReviewHost>
}

/** One review, and what it did. */
async function run({ say = fine, inputs = {}, host = {} }: Given = {}) {
  const pull = new FakePullRequest({ ...emptyPullRequest, files: [newFile('a.ts')], changedFileCount: 1 })
  const model = new FakeLanguageModel(() => say)
  const deadlines: number[] = []
  const debugged: string[] = []
  const observed: Observation[] = []
  const { ref, headSha } = pull.snapshotNow
  const request = {
    pullRequest: ref,
    headSha,
    trigger: 'pull_request',
    full: false,
    asOf: null,
    before: null,
    askedBy: null,
  }
  const outcome = await runReview(request, reviewConfig(inputs), {
    connectGitHub: async (deadline) => {
      deadlines.push(deadline)
      return { pullRequests: pull, sources: new FakeSourceReader({}), publisher: pull, threads: pull }
    },
    parseYaml: async (text) => parseYaml(text),
    createLanguageModel: (deadline) => {
      deadlines.push(deadline)
      return model
    },
    logger: { ...silentLogger, debug: (line) => debugged.push(line) },
    observe: (observation) => observed.push(observation),
    ...{ cancelled: new AbortController().signal, isLastAttempt: true, serverUrl: 'https://github.example' },
    startedAt: Date.now(),
    ...host,
  })
  return { outcome, pull, model, deadlines, debugged, observed }
}

const failing = (error: Error): Partial<ReviewHost> => ({ connectGitHub: () => Promise.reject(error) })

describe('a review', () => {
  it('is posted, and says so', async () => {
    const { outcome, pull } = await run()
    expect(outcome).toMatchObject({ verdict: 'passed', ending: 'succeeded', review: { id: 1 } })
    expect(pull.posted).toHaveLength(1)
  })

  it('that is only tried posts nothing', async () => {
    const { outcome, pull } = await run({ inputs: { 'dry-run': 'true' } })
    expect(outcome).toMatchObject({ verdict: 'passed', delivery: 'dry-run', review: null })
    expect(pull.posted).toEqual([])
  })

  it.each([
    [true, 1],
    [false, 0],
  ])('of which nothing came is posted only when no other follows: %s', async (isLastAttempt, posted) => {
    const { outcome, pull } = await run({ say: down, host: { isLastAttempt } })
    expect(outcome).toMatchObject({ verdict: 'inconclusive', ending: 'failed', mayImprove: true })
    expect(pull.posted).toHaveLength(posted)
  })

  it('tells all that was asked and answered where that is wanted', async () => {
    expect((await run({ inputs: { 'log-level': 'trace' } })).debugged.join('\n')).toContain('question 1')
    expect((await run()).debugged).toEqual([])
  })
})

describe('the time of a review', () => {
  it.each([
    ['600', 20],
    ['100', 10],
    ['10', 2],
    ['4', 1],
  ])('of %s s is over for the model %i s earlier, for posting', async (timeout, kept) => {
    const startedAt = Date.now() - 500
    const { deadlines } = await run({ inputs: { timeout }, host: { startedAt } })
    const end = startedAt + Number(timeout) * 1000
    expect(deadlines).toEqual([end, end - kept * 1000])
  })

  it('counts from its start: where that was too long ago nobody waits for an answer', async () => {
    const { outcome, pull } = await run({ say: 'nothing', host: { startedAt: Date.now() - 601_000 } })
    expect(outcome).toMatchObject({ verdict: 'inconclusive', ending: 'timed_out', mayImprove: true })
    expect(pull.posted).toEqual([])
  })

  it('is told phase by phase to the end, also of one that fails', async () => {
    const phasesOf = ({ observed }: { readonly observed: readonly Observation[] }) =>
      observed.flatMap((one) => (one.kind === 'phase' ? one.phase : []))
    expect(phasesOf(await run())).toEqual(['start', 'read', 'plan', 'ask', 'decide', 'publish'])
    expect(phasesOf(await run({ host: failing(new Error('a bug')) }))).toContain('start')
  })
})

describe('what goes wrong is the outcome', () => {
  it('and another attempt is of no use where somebody has to set it right first', async () => {
    const { outcome } = await run({ host: failing(new FixableError('give the App access')) })
    expect(outcome).toMatchObject({
      ...{ verdict: 'inconclusive', ending: 'failed', reason: 'give the App access' },
      ...{ mayImprove: false, pullRequest: 'octo/demo#1' },
    })
  })

  it.each([new TemporaryError('GitHub is down'), new CancelledError('stopped')])(
    'and another attempt may succeed: %s',
    async (error) => {
      const { outcome, debugged } = await run({ host: failing(error) })
      expect(outcome).toMatchObject({ ending: 'failed', reason: error.message, mayImprove: true })
      expect(debugged).toEqual([])
    },
  )

  it('and a bug is called one, with its stack in the debug log', async () => {
    const error = new TypeError('undefined is not a function')
    const { outcome, debugged } = await run({ host: failing(error) })
    expect(outcome).toMatchObject({
      reason: 'an unexpected error, which is a bug in PatchPilot: undefined is not a function',
      mayImprove: true,
    })
    expect(debugged).toEqual([error.stack])
  })
})

it('a review that somebody stops posts nothing', async () => {
  const stop = new AbortController()
  stop.abort()
  const { outcome, pull } = await run({ host: { cancelled: stop.signal } })
  expect(outcome).toMatchObject({ verdict: 'inconclusive', review: null })
  expect(pull.posted).toEqual([])
})
