import { describe, expect, it } from 'vitest'
import { FixableError, TemporaryError } from '../../../src/errors.ts'
import type { CheckedHead, CheckResult, ReviewChecks } from '../../../src/ports/review-checks.ts'
import { checksAt, headOf, openPullRequest } from '../../contracts/given-checks.ts'
import { annotationsOn, checkResult } from '../../fixtures/check-result.ts'
import { useFreshGitHub } from '../../simulators/github/fresh-github.ts'
import {
  type Behaviour,
  limitAnswers,
  type SimulatedGitHub,
  type SimulatedPullRequest,
} from '../../simulators/github/index.ts'

const never = new AbortController().signal
const running = { kind: 'running', attempt: 1 } as const

let github: SimulatedGitHub
let pull: SimulatedPullRequest
let head: CheckedHead
let checks: ReviewChecks
useFreshGitHub(async (fresh) => {
  github = fresh
  pull = await openPullRequest(github)
  head = headOf(pull)
  checks = checksAt(github)
})

const end = (about: Partial<CheckResult> = {}) =>
  checks.show(head, { kind: 'ended', ...checkResult(about) }, never)
const writes = () => github.requests.filter(({ method, path }) => method !== 'GET' && /check-runs/.test(path))
const misbehave = (method: string, behaviour: Behaviour, nth = 1) =>
  github.faults.add({ method, path: /\/check-runs/, nth, behaviour })
const shownLines = () => pull.checkRuns().map((run) => run.annotations.map(({ start_line }) => start_line))
const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

describe('what GitHub is sent', () => {
  it('at the end: annotations by fifty, the conclusion with the last, the button, and a link', async () => {
    await checks.show(head, running, never)
    const detailsUrl = `${pull.url}#pullrequestreview-5`
    await end({ conclusion: 'failure', annotations: annotationsOn(120), detailsUrl })
    const bodies = writes().map(({ body }) => JSON.parse(JSON.stringify(body)))
    expect(bodies.map(({ output }) => output.annotations?.length)).toEqual([undefined, 50, 50, 20])
    expect(bodies.map(({ conclusion }) => conclusion)).toEqual([undefined, undefined, undefined, 'failure'])
    expect(bodies.map(({ output }) => output.summary)).toEqual([
      'The review of this head is under way.',
      ...Array(3).fill('All was reviewed.'),
    ])
    const [shown] = pull.checkRuns()
    expect(shown).toMatchObject({ name: 'PatchPilot', detailsUrl, externalId: 'pull=1 tries=1 complete' })
    expect(shown?.actions).toMatchObject([{ label: 'Full review', identifier: 'full_review' }])
    expect(shown?.annotations[0]).toEqual({
      ...{ path: 'src/a.ts', start_line: 1, end_line: 1, annotation_level: 'warning' },
      ...{ title: 'Finding 1', message: 'Why it is wrong.' },
    })
  })

  it('offers no button before the end, and says which attempt it is', async () => {
    await checks.show(head, { kind: 'running', attempt: 2 }, never)
    expect(pull.checkRuns()).toMatchObject([{ title: 'Reviewing, attempt 2', actions: [] }])
    const { startedAt } = pull.checkRuns()[0] ?? {}
    expect(Math.abs(Date.parse(startedAt ?? '') - Date.now())).toBeLessThan(60_000)
  })

  it('fits into the limits whatever it is', async () => {
    const title = '😀'.repeat(300)
    const message = '漢字'.repeat(40_000)
    const annotations = annotationsOn(1).map((one) => ({ ...one, title, message }))
    const summary = ['## Findings', '', ...Array(9_000).fill('é: a line of it')].join('\n')
    expect(await end({ title, summary, annotations })).toBe('shown')
    const [shown] = pull.checkRuns()
    expect(Buffer.byteLength(shown?.summary ?? '')).toBeLessThanOrEqual(65_535)
    expect(shown?.summary).toMatch(
      /^## Findings\n(?:.*\n)*é: a line of it\n\n\*The rest is cut: GitHub limits.*\*$/,
    )
    expect(String(shown?.annotations[0]?.message)).toMatch(/^(漢字)+漢?$/)
    expect(String(shown?.annotations[0]?.title)).toMatch(/^😀{100,127}$/u)
  })

  it('follows a repository that was renamed', async () => {
    await checks.show(head, running, never)
    github.faults.add({ method: 'PATCH', path: /check-runs/, behaviour: { redirect: 307 } })
    await end()
    expect(pull.checkRuns().map(({ history }) => history)).toEqual([['in_progress', 'success']])
  })
})

describe('an answer that is lost', () => {
  it.each([
    ['carried out, then a 502', 'commit-then-502'],
    ['carried out, then the connection broke', 'commit-then-reset'],
    ['not carried out', 'reset'],
  ] as const)('doubles and loses no annotation: %s', async (_name, behaviour) => {
    await checks.show(head, running, never)
    misbehave('PATCH', behaviour, 2)
    await end({ conclusion: 'neutral', annotations: annotationsOn(120) })
    expect(shownLines()).toEqual([oneTo(120)])
    expect(pull.checkRuns()).toMatchObject([{ conclusion: 'neutral' }])
  })

  it('is looked up for the conclusion as well', async () => {
    await checks.show(head, running, never)
    misbehave('PATCH', 'commit-then-reset', 2)
    await end({ annotations: annotationsOn(60) })
    expect(shownLines()).toEqual([oneTo(60)])
    expect(writes()).toHaveLength(3)
  })

  it.each(['commit-then-reset', 'reset'] as const)('begins one check run, not two: %s', async (behaviour) => {
    misbehave('POST', behaviour)
    await checks.show(head, { kind: 'queued', since: new Date() }, never)
    await checks.show(head, running, never)
    expect(pull.checkRuns().map(({ history }) => history)).toEqual([['queued', 'in_progress']])
  })

  it('counts an attempt once, and never forgets one', async () => {
    await checks.show(head, running, never)
    misbehave('PATCH', 'commit-then-reset')
    await checks.show(head, { kind: 'running', attempt: 2 }, never)
    misbehave('PATCH', 'reset')
    await checks.show(head, { kind: 'running', attempt: 3 }, never)
    expect(await checks.recall(head, never)).toEqual({ complete: false, open: true, tries: 3 })
  })

  it('is given up after some tries, with the reason', async () => {
    github.faults.add({ method: 'POST', path: /check-runs/, times: 9, behaviour: { status: 502 } })
    await expect(checks.show(head, running, never)).rejects.toThrow(TemporaryError)
    expect(writes()).toHaveLength(3)
  })
})

describe('check runs that are there already', () => {
  /** As another process of ours would, at the same moment. */
  async function beginAnother() {
    misbehave('GET', { status: 200, body: { total_count: 0, check_runs: [] } })
    await checks.show(head, running, never)
  }

  it('of two that are open the newer one goes on, the other is cancelled', async () => {
    await checks.show(head, running, never)
    await beginAnother()
    await end()
    expect(pull.checkRuns().map(({ history }) => history)).toEqual([
      ['in_progress', 'cancelled'],
      ['in_progress', 'success'],
    ])
  })

  it('an end that broke off is cancelled, for annotations cannot be taken back', async () => {
    await checks.show(head, running, never)
    github.faults.add({ method: 'PATCH', path: /check-runs/, nth: 2, times: 3, behaviour: 'reset' })
    await expect(end({ annotations: annotationsOn(60) })).rejects.toThrow(TemporaryError)
    expect(await checks.recall(head, never)).toEqual({ complete: false, open: true, tries: 1 })
    github.faults.clear()
    await checks.show(head, running, never)
    await end({ annotations: annotationsOn(60) })
    expect(pull.checkRuns().map(({ conclusion }) => conclusion)).toEqual(['cancelled', 'success'])
    expect(shownLines()[1]).toEqual(oneTo(60))
    expect(await checks.recall(head, never)).toEqual({ complete: true, open: false, tries: 2 })
  })

  it('those of other Apps and under other names are not ours', async () => {
    const other = checksAt(github, { checks: 'write' }, { appId: 4712, slug: 'other' })
    await other.show(head, running, never)
    expect(await checks.recall(head, never)).toBeNull()
    await checks.show(head, running, never)
    await end()
    expect(pull.checkRuns().map(({ app, history }) => `${app}: ${history}`)).toEqual([
      'other: in_progress',
      'shop-reviewer: in_progress,success',
    ])
  })

  it('all of them are looked through', async () => {
    const run = (external_id: string) => ({
      ...{ id: 1, status: 'in_progress', external_id, app: { id: 4711 }, output: { annotations_count: 0 } },
    })
    const page = (check_runs: object[]) => ({ status: 200, body: { total_count: 101, check_runs } })
    misbehave('GET', page(Array(100).fill(run('pull=2 tries=1'))), 1)
    misbehave('GET', page([run('pull=1 tries=4')]), 2)
    expect(await checks.recall(head, never)).toEqual({ complete: false, open: true, tries: 4 })
    expect(github.requests.slice(-2).map(({ query }) => query)).toMatchObject([
      { check_name: 'PatchPilot', app_id: '4711', filter: 'all', page: '1' },
      { page: '2' },
    ])
  })
})

describe('what GitHub refuses', () => {
  it('a write without the permission is told apart, and nothing is left behind', async () => {
    const reading = checksAt(github, { checks: 'read' })
    expect(await reading.show(head, running, never)).toBe('not-permitted')
    expect(await reading.recall(head, never)).toBeNull()
    expect(pull.checkRuns()).toEqual([])
  })

  it('a repository that the App does not see is for the operator', async () => {
    const elsewhere = { ...head, pullRequest: { ...head.pullRequest, repo: 'gone' } }
    await expect(checks.show(elsewhere, running, never)).rejects.toThrow(FixableError)
    await expect(checks.recall(elsewhere, never)).rejects.toThrow(/404.*installed on the repository/)
  })

  it('a rate limit is for later, and not waited for', async () => {
    misbehave('POST', limitAnswers.primary({ resetsAt: new Date(Date.now() + 60_000) }))
    await expect(checks.show(head, running, never)).rejects.toThrow(/rate limit leaves no room/)
    expect(writes()).toHaveLength(1)
  })
})
