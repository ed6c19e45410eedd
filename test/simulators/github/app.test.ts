import { expect, test } from 'vitest'
import type { SimulatedGitHub } from './index.ts'
import { useFreshGitHub } from './fresh-github.ts'
import { clientOfInstallation, installTestApp, jwt } from './test-app.ts'
import { clientOf } from './test-client.ts'

const deliveries = '/app/hook/deliveries'
const hourMs = 60 * 60 * 1000

let github: SimulatedGitHub
useFreshGitHub((fresh) => {
  github = fresh
})

function nextPage(headers: Headers): string | undefined {
  return /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
}

test('an app lists its installations, suspended ones too', async () => {
  await github.createRepository({ owner: 'ann', files: { a: '1\n' } })
  await github.createRepository({ owner: 'bob', files: { a: '1\n' } })
  const ann = installTestApp(github, ['ann/demo'])
  const bob = installTestApp(github, ['bob/demo'])
  bob.suspend()
  const app = clientOf(github, jwt())
  const first = await app.get('/app/installations?per_page=1')
  expect(first.json).toMatchObject([
    { id: ann.installationId, account: { login: 'ann' }, suspended_at: null },
  ])
  const second = await app.get(nextPage(first.headers) ?? '')
  expect(second.json).toMatchObject([{ id: bob.installationId, account: { login: 'bob' } }])
  expect(second.json[0].suspended_at).toBeTruthy()
  expect((await app.get(`/app/installations/${bob.installationId}`)).json.suspended_by.login).toBe('bob')
  expect((await app.get('/app/installations/1')).status).toBe(404)
  expect((await clientOf(github).get('/app/installations')).status).toBe(401)
})

test('an installation sees its repositories, a narrowed token fewer', async () => {
  for (const name of ['one', 'two', 'three']) await github.createRepository({ name, private: true })
  const installation = installTestApp(github, ['octo/one', 'octo/two'])
  const client = await clientOfInstallation(github, installation)
  const first = await client.get('/installation/repositories?per_page=1')
  expect(first.json).toMatchObject({ total_count: 2, repositories: [{ full_name: 'octo/one' }] })
  const second = await client.get(nextPage(first.headers) ?? '')
  expect(second.json.repositories).toMatchObject([{ full_name: 'octo/two' }])
  const path = `/app/installations/${installation.installationId}/access_tokens`
  const { json } = await clientOf(github, jwt()).post(path, { repositories: ['two'] })
  const narrowed = await clientOf(github, json.token).get('/installation/repositories')
  expect(narrowed.json.repositories).toMatchObject([{ full_name: 'octo/two' }])
  github.token('ann-token', { login: 'ann', permissions: null })
  const person = await clientOf(github, 'ann-token').get('/installation/repositories')
  expect(person.status).toBe(403)
})

test('a suspended installation has no tokens until it is unsuspended', async () => {
  await github.createRepository()
  const installation = installTestApp(github, ['octo/demo'])
  const client = await clientOfInstallation(github, installation)
  const mint = () =>
    clientOf(github, jwt()).post(`/app/installations/${installation.installationId}/access_tokens`)
  installation.suspend()
  expect(await mint()).toMatchObject({
    status: 403,
    json: { message: 'This installation has been suspended' },
  })
  expect((await client.get('/repos/octo/demo')).status).toBe(403)
  expect((await client.graphql('{ viewer { login } }')).message).toContain('suspended')
  installation.unsuspend()
  expect((await mint()).status).toBe(201)
  expect((await client.get('/repos/octo/demo')).status).toBe(200)
})

test('an uninstalled app is not found, and its tokens are unknown', async () => {
  await github.createRepository()
  const installation = installTestApp(github, ['octo/demo'])
  const client = await clientOfInstallation(github, installation)
  installation.uninstall()
  const app = clientOf(github, jwt())
  const path = `/app/installations/${installation.installationId}`
  expect((await app.post(`${path}/access_tokens`)).status).toBe(404)
  expect((await app.get('/repos/octo/demo/installation')).status).toBe(404)
  expect((await client.get('/repos/octo/demo')).json.message).toBe('Bad credentials')
  expect((await app.get('/app/installations')).json).toEqual([])
})

test('deliveries are listed newest first, with who and what they were about', async () => {
  const repository = await github.createRepository({ files: { a: '1\n' } })
  const pull = await repository.openPullRequest({ files: { a: '2\n' } })
  const installation = installTestApp(github, ['octo/demo'])
  const ok = installation.recordDelivery({ event: 'pull_request', payload: pull.event('opened') })
  const failed = installation.recordDelivery({
    event: 'pull_request',
    payload: pull.event('synchronize'),
    statusCode: 503,
  })
  const app = clientOf(github, jwt())
  const { json } = await app.get(deliveries)
  expect(json).toMatchObject([
    { id: failed.id, action: 'synchronize', status: 'Invalid HTTP Response: 503', status_code: 503 },
    { id: ok.id, guid: ok.guid, event: 'pull_request', action: 'opened', status: 'OK', redelivery: false },
  ])
  expect(json[1]).toMatchObject({
    installation_id: installation.installationId,
    repository_id: repository.state.id,
  })
  expect(json[1]).not.toHaveProperty('request')
  const { request } = (await app.get(`${deliveries}/${ok.id}`)).json
  expect(request.payload.pull_request.head.sha).toBe(pull.headSha)
  expect(request.headers['X-GitHub-Delivery']).toBe(ok.guid)
  expect((await app.get(`${deliveries}/1`)).status).toBe(404)
  expect((await (await clientOfInstallation(github, installation)).get(deliveries)).status).toBe(401)
})

test('deliveries are filtered by code; one that timed out is neither success nor failure', async () => {
  const installation = installTestApp(github, ['octo/demo'])
  const record = (statusCode: number, status?: string) =>
    installation.recordDelivery({
      event: 'ping',
      payload: {},
      statusCode,
      ...(status === undefined ? {} : { status }),
    })
  const success = record(202)
  const failure = record(500)
  record(0, 'timed out')
  const app = clientOf(github, jwt())
  expect((await app.get(`${deliveries}?status=success`)).json).toMatchObject([{ id: success.id }])
  expect((await app.get(`${deliveries}?status=failure`)).json).toMatchObject([{ id: failure.id }])
  expect((await app.get(deliveries)).json).toHaveLength(3)
})

test('pages of deliveries follow a cursor, whatever comes in meanwhile', async () => {
  const installation = installTestApp(github, ['octo/demo'])
  const record = () => installation.recordDelivery({ event: 'ping', payload: {} })
  const made = [record(), record(), record()].map(({ id }) => id).reverse()
  const app = clientOf(github, jwt())
  const first = await app.get(`${deliveries}?per_page=2`)
  record()
  const second = await app.get(nextPage(first.headers) ?? '')
  expect([...first.json, ...second.json].map(({ id }) => id)).toEqual(made)
  expect(second.headers.get('link')).toBe(null)
  expect((await app.get(`${deliveries}?cursor=v1_1`)).status).toBe(400)
})

test('a redelivery keeps the id of its event, and old deliveries are gone', async () => {
  const installation = installTestApp(github, ['octo/demo'])
  const at = (hours: number) => new Date(Date.now() - hours * hourMs)
  installation.recordDelivery({ event: 'ping', payload: {}, at: at(73) })
  const first = installation.recordDelivery({ event: 'ping', payload: {}, statusCode: 500, at: at(71) })
  installation.recordDelivery({ event: 'ping', payload: {}, guid: first.guid })
  const { json } = await clientOf(github, jwt()).get(deliveries)
  expect(json.map(({ guid, redelivery }: Record<string, unknown>) => [guid, redelivery])).toEqual([
    [first.guid, true],
    [first.guid, false],
  ])
})
