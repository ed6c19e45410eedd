import { expect, test } from 'vitest'
import type { SimulatedGitHub, SimulatedPullRequest } from './index.ts'
import { useFreshGitHub } from './fresh-github.ts'
import { clientOfInstallation, installTestApp } from './test-app.ts'
import { clientOf } from './test-client.ts'

const path = '/repos/octo/demo/check-runs'
const permissions = { checks: 'write', contents: 'read', pull_requests: 'write' } as const
const button = { label: 'Full review', description: 'Review it all', identifier: 'full-review' }

let github: SimulatedGitHub
let pull: SimulatedPullRequest
let client: ReturnType<typeof clientOf>
useFreshGitHub(async (fresh) => {
  github = fresh
  const repository = await github.createRepository({ files: { 'a.ts': '1\n' } })
  pull = await repository.openPullRequest({ files: { 'a.ts': '2\n' } })
  const installation = installTestApp(github, ['octo/demo'], { permissions })
  client = await clientOfInstallation(github, installation)
})

function annotations(count: number, changes: object = {}) {
  const annotation = { path: 'a.ts', start_line: 1, end_line: 1, annotation_level: 'warning', message: 'x' }
  return Array.from({ length: count }, () => ({ ...annotation, ...changes }))
}

async function created(body: object = {}) {
  const { json } = await client.post(path, { name: 'PatchPilot', head_sha: pull.headSha, ...body })
  return json
}

async function refusal(body: object) {
  const { status, json } = await client.post(path, { name: 'PatchPilot', head_sha: pull.headSha, ...body })
  expect(status).toBe(422)
  return json.errors ?? json.message
}

test('a check run goes from queued over in progress to its conclusion', async () => {
  const run = await created({ external_id: 'review-1', details_url: 'https://example.com/1' })
  expect(run).toMatchObject({
    status: 'queued',
    conclusion: null,
    completed_at: null,
    app: { id: 42 },
    pull_requests: [{ number: 1, head: { sha: pull.headSha } }],
  })
  await client.patch(`${path}/${run.id}`, { status: 'in_progress' })
  const output = { title: 'Two findings', summary: 'See below.' }
  const ended = await client.patch(`${path}/${run.id}`, { conclusion: 'failure', output, actions: [button] })
  expect(ended.json).toMatchObject({ status: 'completed', conclusion: 'failure', output })
  expect(ended.json.completed_at).toBeTruthy()
  expect((await client.get(`${path}/${run.id}`)).json).toEqual(ended.json)
  const [shown] = pull.checkRuns()
  expect(shown).toMatchObject({
    name: 'PatchPilot',
    app: 'patchpilot',
    externalId: 'review-1',
    history: ['queued', 'in_progress', 'failure'],
    title: 'Two findings',
    summary: 'See below.',
    actions: [button],
  })
})

test('annotations come fifty at a time and are added to those already there', async () => {
  const output = { title: 'Many', summary: 'Many.' }
  const run = await created({ output: { ...output, annotations: annotations(50) } })
  const update = { output: { ...output, annotations: annotations(3, { message: 'last' }) } }
  for (let time = 0; time < 2; time += 1) await client.patch(`${path}/${run.id}`, update)
  expect((await client.get(`${path}/${run.id}`)).json.output.annotations_count).toBe(56)
  const listed = await client.get(`${path}/${run.id}/annotations?per_page=100`)
  expect(listed.json.at(-1)).toMatchObject({ path: 'a.ts', message: 'last', start_column: null })
  expect(pull.checkRuns()[0]?.annotations).toHaveLength(56)
  expect(await refusal({ output: { ...output, annotations: annotations(53) } })).toContain(
    'No more than 50 items are allowed; 53 were supplied.',
  )
})

test('annotations whose lines or columns cannot be are refused', async () => {
  const invalid = [{ resource: 'CheckRun', code: 'invalid', field: 'annotations' }]
  const oneAnnotation = (changes: object) => ({
    output: { title: 't', summary: 's', annotations: annotations(1, changes) },
  })
  expect(await refusal(oneAnnotation({ start_column: 1 }))).toEqual(invalid)
  expect(await refusal(oneAnnotation({ end_line: 2, start_column: 1, end_column: 2 }))).toEqual(invalid)
  expect(await refusal(oneAnnotation({ start_column: 3, end_column: 2 }))).toEqual(invalid)
  expect(await refusal(oneAnnotation({ start_line: 2 }))).toEqual(invalid)
  expect(await refusal(oneAnnotation({ start_line: 0, end_line: 0 }))).toEqual(invalid)
  expect(await refusal(oneAnnotation({ message: 'é'.repeat(33 * 1024) }))).toEqual(invalid)
  expect(await refusal(oneAnnotation({ title: 'x'.repeat(256) }))).toEqual(invalid)
  const fine = oneAnnotation({ start_column: 1, end_column: 1, title: 'x'.repeat(255) })
  expect(await created(fine)).toHaveProperty('id')
})

test('an output needs a summary, within 65,535 bytes', async () => {
  expect(await refusal({ output: { title: 'x' } })).toContain('"summary" wasn\'t supplied.')
  const run = await created()
  expect((await client.patch(`${path}/${run.id}`, { output: { title: 'x' } })).json.message).toContain(
    '"summary" wasn\'t supplied.',
  )
  expect(await refusal({ output: { title: 'x', summary: 'é'.repeat(32_768) } })).toEqual([
    {
      resource: 'CheckRun',
      code: 'custom',
      field: 'summary',
      message: 'summary exceeds a maximum bytesize of 65535',
    },
  ])
  expect(await refusal({ output: { title: 'x', summary: 'x', text: 'x'.repeat(65_536) } })).toContain(
    'Only 65535 characters are allowed; 65536 were supplied.',
  )
  expect(await created({ output: { title: 'x', summary: 'x'.repeat(65_535) } })).toHaveProperty('id')
})

test('a completed run needs a conclusion, and stale is not for apps', async () => {
  const run = await created()
  expect(await refusal({ status: 'completed' })).toContain('"conclusion" wasn\'t supplied.')
  expect(await refusal({ completed_at: '2026-01-01T00:00:00Z' })).toContain('"conclusion" wasn\'t supplied.')
  const { status, json } = await client.patch(`${path}/${run.id}`, { status: 'completed' })
  expect(status).toBe(422)
  expect(json.message).toContain('completed is not a member of ["queued","in_progress"].')
  expect(await refusal({ conclusion: 'stale' })).toEqual([
    { resource: 'CheckRun', code: 'invalid', field: 'conclusion' },
  ])
  expect(await refusal({ conclusion: 'passed' })).toContain('passed is not a member of')
  expect(await refusal({ status: 'waiting' })).toContain('waiting is not a member of')
  expect((await client.patch(`${path}/${run.id}`, { status: 'waiting' })).status).toBe(422)
  expect(pull.checkRuns()).toHaveLength(1)
})

test('at most three buttons, with short words', async () => {
  expect(await refusal({ actions: [button, button, button, button] })).toContain('No more than 3 items')
  expect(await refusal({ actions: [{ ...button, label: 'x'.repeat(21) }] })).toContain('Only 20 characters')
  expect(await refusal({ actions: [{ ...button, identifier: 'x'.repeat(21) }] })).toContain('Only 20')
  expect(await refusal({ actions: [{ ...button, description: 'x'.repeat(41) }] })).toContain('Only 40')
  expect(await refusal({ actions: [{ label: 'x', identifier: 'x' }] })).toContain('"description" wasn\'t')
})

test('a check run is about a commit that exists', async () => {
  const nowhere = '0123456789012345678901234567890123456789'
  expect(await refusal({ head_sha: nowhere })).toBe(`No commit found for SHA: ${nowhere}`)
  expect(await refusal({ head_sha: pull.headSha.slice(0, 7) })).toContain('No commit found')
  expect(await created({ head_sha: pull.baseSha })).toMatchObject({ pull_requests: [] })
})

test('only apps that may write checks write them, and each only its own', async () => {
  const body = { name: 'x', head_sha: pull.headSha }
  const run = await created()
  const without = await clientOfInstallation(
    github,
    installTestApp(github, ['octo/demo'], { appId: 43, slug: 'other' }),
    { iss: 43 },
  )
  expect(await without.post(path, body)).toMatchObject({
    status: 403,
    json: { message: 'Resource not accessible by integration' },
  })
  expect((await without.patch(`${path}/${run.id}`, { status: 'in_progress' })).status).toBe(403)
  github.token('ann-token', { login: 'ann', permissions: null })
  expect(await clientOf(github, 'ann-token').post(path, body)).toMatchObject({
    status: 403,
    json: { message: 'You must authenticate via a GitHub App.' },
  })
  github.token('workflow', { login: 'github-actions[bot]', permissions: { checks: 'write' } })
  const foreign = await clientOf(github, 'workflow').post(path, body)
  expect(foreign.json.app).toMatchObject({ id: 15368, slug: 'github-actions' })
  expect(await client.patch(`${path}/${foreign.json.id}`, { status: 'in_progress' })).toMatchObject({
    status: 403,
    json: {
      message: 'Invalid app_id `15368` - check run can only be modified by the GitHub App that created it.',
    },
  })
})

test('the runs of a commit are listed newest first, the latest of each name unless all are asked for', async () => {
  const first = await created({ conclusion: 'failure' })
  const second = await created()
  const other = await created({ name: 'Other' })
  const ids = async (ref: string, query = '') => {
    const { json } = await client.get(`/repos/octo/demo/commits/${ref}/check-runs${query}`)
    expect(json.check_runs.length).toBeLessThanOrEqual(json.total_count)
    return json.check_runs.map(({ id }: { id: number }) => id)
  }
  expect(await ids(pull.headSha)).toEqual([other.id, second.id])
  expect(await ids('feature-1', '?filter=all')).toEqual([other.id, second.id, first.id])
  expect(await ids(pull.headSha, '?filter=all&status=completed')).toEqual([first.id])
  expect(await ids(pull.headSha, '?check_name=Other&app_id=42')).toEqual([other.id])
  expect(await ids(pull.headSha, '?per_page=1&page=2')).toEqual([second.id])
  expect(await ids(pull.baseSha)).toEqual([])
  expect((await client.get('/repos/octo/demo/commits/nowhere/check-runs')).status).toBe(404)
})

test('a push leaves the runs of the old head where they were', async () => {
  await created()
  const oldHead = pull.headSha
  await pull.push({ 'a.ts': '3\n' })
  expect(pull.checkRuns()).toEqual([])
  expect(pull.checkRuns(oldHead)).toHaveLength(1)
})
