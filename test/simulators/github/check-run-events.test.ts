import { expect, test } from 'vitest'
import type {
  SimulatedGitHub,
  SimulatedInstallation,
  SimulatedPullRequest,
  SimulatedRepository,
} from './index.ts'
import { useFreshGitHub } from './fresh-github.ts'
import { checkEvent } from './openapi/check.ts'
import { clientOfInstallation, installTestApp } from './test-app.ts'

const button = { label: 'Full review', description: 'Review it all', identifier: 'full-review' }

let github: SimulatedGitHub
let repository: SimulatedRepository
let pull: SimulatedPullRequest
let installation: SimulatedInstallation
useFreshGitHub(async (fresh) => {
  github = fresh
  repository = await github.createRepository({ files: { 'a.ts': '1\n' } })
  pull = await repository.openPullRequest({ files: { 'a.ts': '2\n' } })
  installation = installTestApp(github, ['octo/demo'], { permissions: { checks: 'write' } })
})

async function created(body: object = {}) {
  const client = await clientOfInstallation(github, installation)
  const run = { name: 'PatchPilot', head_sha: pull.headSha, ...body }
  return (await client.post('/repos/octo/demo/check-runs', run)).json
}

test('a head in a fork has no pull requests in its runs', async () => {
  const fork = await repository.openPullRequest({ files: { 'a.ts': '4\n' }, fromFork: true })
  expect((await created({ head_sha: fork.headSha })).pull_requests).toEqual([])
  expect(fork.checkRuns()[0]?.rerequest()).toMatchObject({
    check_run: { head_sha: fork.headSha, pull_requests: [], check_suite: { head_branch: null } },
  })
})

test('asking again for a run resets its suite but not the run, and says which installation', async () => {
  const run = await created({ conclusion: 'failure' })
  const event = pull.checkRuns()[0]?.rerequest({ login: 'ann' })
  expect(event).toMatchObject({
    action: 'rerequested',
    check_run: {
      id: run.id,
      conclusion: 'failure',
      head_sha: pull.headSha,
      check_suite: { id: run.check_suite.id, status: 'queued', conclusion: null, head_branch: 'feature-1' },
      pull_requests: [{ number: 1 }],
    },
    repository: { full_name: 'octo/demo' },
    sender: { login: 'ann' },
    installation: { id: installation.installationId },
  })
})

test('a button sends its identifier; one that is not there cannot be clicked', async () => {
  await created({ conclusion: 'neutral', actions: [button] })
  const [run] = pull.checkRuns()
  expect(run?.requestAction('full-review')).toMatchObject({
    action: 'requested_action',
    requested_action: { identifier: 'full-review' },
    check_run: { name: 'PatchPilot', check_suite: { status: 'completed', conclusion: 'neutral' } },
  })
  expect(() => run?.requestAction('other')).toThrow('no button')
})

test('asking again for the suite names the head and its commit', async () => {
  await created({ conclusion: 'success' })
  await created({ name: 'Other', conclusion: 'failure' })
  expect(pull.checkRuns()[0]?.rerequestSuite()).toMatchObject({
    action: 'rerequested',
    check_suite: {
      head_sha: pull.headSha,
      status: 'queued',
      latest_check_runs_count: 2,
      pull_requests: [{ number: 1 }],
      head_commit: { id: pull.headSha, message: 'Change the demo' },
    },
  })
})

test('what an event lacks would be noticed', async () => {
  await created()
  const { sender, ...payload } = pull.checkRuns()[0]?.rerequest() ?? {}
  expect(checkEvent('check-run-rerequested', { ...payload, sender })).toEqual([])
  expect(checkEvent('check-run-rerequested', payload)).toEqual([
    "(root) must have required property 'sender'",
  ])
})
