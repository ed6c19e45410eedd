import { describe, expect, it } from 'vitest'
import { clientsOf } from '../../src/adapters/github/server-client.ts'
import type { Sample } from '../../src/metrics/samples.ts'
import type { Attempt, ReviewJob, StopReason } from '../../src/ports/review-queue.ts'
import { jsonLogger } from '../../src/server/json-logger.ts'
import { CommandReplies } from '../../src/server/command-replies.ts'
import { reviewWork } from '../../src/server/review-work.ts'
import { FakeCommentWriter } from '../fakes/comment-writer.ts'
import { testApp, testIdentity } from '../fixtures/github-app.ts'
import { reviewConfig } from '../fixtures/review-config.ts'
import { useFreshGitHub } from '../simulators/github/fresh-github.ts'
import {
  limitAnswers,
  type SimulatedGitHub,
  type SimulatedInstallation,
  type SimulatedPullRequest,
  type SimulatedRepository,
} from '../simulators/github/index.ts'
import { installTestApp } from '../simulators/github/test-app.ts'
import { type Answer, faults, openAiError, startModelServer } from '../simulators/model/index.ts'
import { givenReporter } from './given-reporter.ts'

let github: SimulatedGitHub
let repository: SimulatedRepository
let installation: SimulatedInstallation
let pull: SimulatedPullRequest
useFreshGitHub(async (fresh) => {
  github = fresh
  repository = await github.createRepository()
  installation = installTestApp(github, ['octo/demo'])
  pull = await repository.openPullRequest({ files: { 'a.ts': 'const a = 1\n' } })
})

const fine: Answer = { content: { summary: 'Fine.', findings: [] } }
const hangs: Answer = { fault: faults.hang() }
const refuses: Answer = { fault: faults.reply(openAiError(401, 'Incorrect API key provided')) }

type Given = {
  readonly answer?: Answer
  readonly headSha?: string
  readonly attempt?: Attempt
  /** A comment asks for it. */
  readonly askedBy?: ReviewJob['request']['askedBy']
  /** Once the model was asked. */
  readonly stop?: StopReason
}

const first: Attempt = { number: 1, retryInMs: 3_000 }
const last: Attempt = { number: 5, retryInMs: null }

/** One attempt at a review of the head that the pull request has now, unless told otherwise. */
async function work({
  answer = fine,
  headSha = pull.headSha,
  attempt = first,
  stop,
  askedBy = null,
}: Given = {}) {
  const stopped = new AbortController()
  const model = await startModelServer({
    answer: () => {
      if (stop !== undefined) stopped.abort(stop)
      return answer
    },
  })
  const { reporter, checks } = givenReporter()
  const lines: Record<string, unknown>[] = []
  const samples: Sample[] = []
  const identity = testIdentity()
  const job: ReviewJob = {
    request: {
      pullRequest: { owner: 'octo', repo: 'demo', number: pull.number },
      ...{ headSha, trigger: 'pull_request', full: false, asOf: null, before: null, askedBy },
    },
    ...{ installationId: installation.installationId, deliveryId: 'd-1', again: false },
  }
  const comments = new FakeCommentWriter()
  const logger = jsonLogger(
    (line) => lines.push(JSON.parse(line)),
    () => new Date(0),
    false,
  )
  const end = await reviewWork({
    ...{ config: reviewConfig({ 'base-url': model.url, 'api-key': 'key' }), serverUrl: github.serverUrl },
    ...{ createOctokit: clientsOf(github.url), identity, app: testApp(github, identity) },
    recorder: { record: (recorded) => samples.push(...recorded) },
    ...{ checks: reporter, observe: () => {}, replies: new CommandReplies(async () => comments, logger) },
    logger,
  })(job, attempt, stopped.signal)
  const asked = model.requests.length
  await model.close()
  return {
    ...{ end, asked, lines, answers: comments.written },
    /** Of each head, what its check run was and is. */
    checks: checks.runs.map(({ head, history }) => `${head.slice(-40, -33)} ${history.join(' ')}`),
    complete: checks.runs.map(({ complete }) => complete),
    summary: checks.runs.at(-1)?.summary,
    tasks: samples
      .filter(({ metric }) => metric === 'patchpilot_tasks_total')
      .map(({ labels }) => labels.status),
  }
}

const short = (sha: string) => sha.slice(0, 7)

describe('a review', () => {
  it('is done once it is posted, as its installation, with a check run', async () => {
    const { end, checks, complete, tasks, lines } = await work()
    const url = expect.stringMatching(/pull\/1#pullrequestreview-\d+$/)
    expect(end).toEqual({ kind: 'done', review: { verdict: 'passed', url, durationMs: expect.any(Number) } })
    expect(pull.reviews()).toMatchObject([{ user: 'patchpilot[bot]', state: 'COMMENTED' }])
    expect(checks).toEqual([`${short(pull.headSha)} in_progress success`])
    expect(complete).toEqual([true])
    expect(tasks).toEqual(['started', 'succeeded'])
    const { installationId } = installation
    expect(lines.at(-1)).toMatchObject({
      ...{ level: 'info', message: expect.stringMatching(/^verdict: passed; http/), delivery: 'd-1' },
      ...{ installation: installationId, pullRequest: 'octo/demo#1', attempt: 1 },
      durationMs: expect.any(Number),
    })
  })

  it('of a draft is dropped, and may be asked for again', async () => {
    pull.edit({ draft: true })
    const { end, asked, checks, complete } = await work()
    expect(end).toEqual({ kind: 'dropped', reason: expect.stringContaining('draft') })
    expect([asked, checks, complete]).toEqual([0, [`${short(pull.headSha)} in_progress skipped`], [false]])
  })

  it('that the App may not do has failed for good', async () => {
    installation.suspend()
    const { end, checks } = await work()
    expect(end).toMatchObject({ kind: 'failed' })
    expect(checks).toEqual([`${short(pull.headSha)} in_progress failure`])
  })
})

describe('a head that GitHub calls another one', () => {
  it('is looked at again in a moment: GitHub may not know yet', async () => {
    const { end, asked, checks } = await work({ headSha: 'e'.repeat(40) })
    expect(end).toMatchObject({ kind: 'retry', waitMs: 2_000 })
    expect([asked, checks]).toEqual([0, ['eeeeeee in_progress queued']])
  })

  it('is that one in the end', async () => {
    const attempt = { number: 3, retryInMs: 48_000 }
    const { end, checks } = await work({ headSha: 'e'.repeat(40), attempt })
    expect(end).toMatchObject({ kind: 'done' })
    expect(checks).toEqual(['eeeeeee in_progress cancelled', `${short(pull.headSha)} queued success`])
    expect(pull.reviews()).toMatchObject([{ commitId: pull.headSha }])
  })
})

describe('what may be completed later', () => {
  it('is tried again, and only then said on the pull request', async () => {
    const { end, checks, summary } = await work({ answer: refuses })
    expect(end).toMatchObject({ kind: 'retry', waitMs: 3_000 })
    expect(checks).toEqual([`${short(pull.headSha)} in_progress queued`])
    expect(summary).toMatch(/^Another attempt follows in a moment: /)
    expect(pull.reviews()).toEqual([])
  })

  it('has failed after the last attempt, which says so', async () => {
    const { end, checks, complete, tasks } = await work({ answer: refuses, attempt: last })
    expect(end).toMatchObject({ kind: 'failed' })
    expect(checks).toEqual([`${short(pull.headSha)} in_progress failure`])
    expect(complete).toEqual([false])
    expect(tasks).toEqual(['retried', 'failed'])
    expect(pull.reviews()).toHaveLength(1)
  })

  it('is tried when the limit of GitHub is over, which no worker waits for', async () => {
    github.faults.add({ path: /\/files$/, behaviour: limitAnswers.secondary({ retryAfter: 20 }) })
    const { end, checks } = await work()
    expect(end).toMatchObject({ kind: 'retry', waitMs: expect.closeTo(20_000, -4) })
    expect(checks).toEqual([`${short(pull.headSha)} in_progress queued`])
  })

  it('and not soon is told to people as it is now', async () => {
    const { end, checks, complete } = await work({ answer: { fault: faults.rateLimited(3600) } })
    expect(end).toMatchObject({ kind: 'retry', waitMs: expect.closeTo(3_600_000, -5) })
    expect(checks).toEqual([`${short(pull.headSha)} in_progress failure`])
    expect(complete).toEqual([false])
  })
})

describe('a review that a comment asks for', () => {
  const askedBy = { commentId: 99, at: '2026-11-22T10:00:00Z' }

  it('is of whatever head there is, and needs no other answer', async () => {
    const { end, answers } = await work({ askedBy, headSha: 'e'.repeat(40) })
    expect(end).toMatchObject({ kind: 'done' })
    expect(pull.reviews()).toMatchObject([{ commitId: pull.headSha }])
    expect(answers).toEqual([])
  })

  it('is done of a draft as well', async () => {
    pull.edit({ draft: true })
    expect((await work({ askedBy })).end).toMatchObject({ kind: 'done' })
  })

  it('and that finds nothing new is answered so', async () => {
    await work()
    const { answers } = await work({ askedBy })
    const url = `${pull.url}#pullrequestreview-${pull.reviews()[0]?.id}`
    const named = `99: This head was reviewed already: ${url}\n\n\`/patchpilot review full\` reviews every change again.`
    expect(answers).toEqual([named])
    expect(pull.reviews()).toHaveLength(1)
  })

  it('and that has nothing to say of a push is answered so, with the summary', async () => {
    await work()
    await pull.push({ 'b.ts': 'const b = 2\n' })
    const { answers, asked } = await work({ askedBy })
    expect(asked).toBeGreaterThan(0)
    expect(answers).toEqual([expect.stringMatching(/^99: What is new was reviewed.*nothing new to say/)])
    expect(answers[0]).toContain(`(${pull.url}#pullrequestreview-${pull.reviews()[0]?.id})`)
    expect(pull.reviews()).toHaveLength(1)
  })

  it('of a closed pull request is answered with the reason', async () => {
    pull.close()
    const { end, answers } = await work({ askedBy })
    expect(end).toMatchObject({ kind: 'dropped' })
    expect(answers).toEqual(['99: Not reviewed: the pull request is closed.'])
  })

  it('is answered only once no other attempt follows', async () => {
    expect((await work({ answer: refuses, askedBy })).answers).toEqual([])
  })

  it('and that a newer head has taken the place of is answered so', async () => {
    const { answers } = await work({ answer: hangs, stop: 'superseded', askedBy })
    expect(answers).toEqual([expect.stringMatching(/^99: A newer push/)])
  })
})

describe('a review that is stopped', () => {
  it.each([
    ['superseded', 'A newer head'],
    ['unwanted', 'The App may not review here'],
    ['stopping', 'The server was stopped'],
  ] as const)('posts nothing, and its check run says why: %s', async (stop, reason) => {
    const { end, checks, summary, tasks } = await work({ answer: hangs, stop })
    expect(end).toMatchObject({ kind: 'retry', waitMs: null })
    expect(checks).toEqual([`${short(pull.headSha)} in_progress cancelled`])
    expect(summary).toMatch(new RegExp(`^${reason}`))
    expect(tasks).toEqual(['started', 'superseded'])
    expect(pull.reviews()).toEqual([])
    expect(pull.pendingReviews()).toEqual([])
  })

  it('because it takes too long may be done at the next attempt', async () => {
    const { end, checks } = await work({ answer: hangs, stop: 'too-long' })
    expect(end).toMatchObject({ kind: 'retry', waitMs: 3_000 })
    expect(checks).toEqual([`${short(pull.headSha)} in_progress queued`])
    expect(pull.reviews()).toEqual([])
  })
})
