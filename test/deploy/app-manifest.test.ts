import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { type ServerScene, startServerScene } from '../scenarios/server-setup.ts'
import { expectCleanTraffic } from '../scenarios/setup.ts'
import { matchRoute } from '../simulators/github/rest/routes.ts'
import { readText } from './files.ts'

const Access = v.picklist(['read', 'write'])

/** https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest#github-app-manifest-parameters */
const Manifest = v.strictObject({
  name: v.string(),
  description: v.string(),
  url: v.pipe(v.string(), v.url()),
  hook_attributes: v.strictObject({ url: v.pipe(v.string(), v.url()), active: v.literal(true) }),
  public: v.literal(false),
  default_permissions: v.record(v.string(), Access),
  default_events: v.array(v.string()),
})
const manifest = v.parse(Manifest, JSON.parse(readText('github-app-manifest.json')))

/** GitHub refuses a manifest with an event that none of its permissions opens. https://docs.github.com/en/webhooks/webhook-events-and-payloads */
const opens = {
  check_run: 'checks',
  check_suite: 'checks',
  issue_comment: 'issues',
  pull_request: 'pull_requests',
  pull_request_review_comment: 'pull_requests',
} as const

describe("the App's manifest", () => {
  it('asks for the permission that each event needs', () => {
    const needed = manifest.default_events.map((event) => v.parse(v.picklist(Object.keys(opens)), event))
    expect(needed).toEqual(Object.keys(opens))
    expect(Object.keys(manifest.default_permissions)).toEqual(expect.arrayContaining(Object.values(opens)))
  })

  it('sends deliveries to the route of the webhook', () => {
    expect(manifest.hook_attributes.url).toBe(`${manifest.url}/webhook/`)
  })

  it('asks for what the server does, no less and no more, and for the events that it answers', async () => {
    await using scene = await startServerScene({ repository: { private: true } })
    const { installationId } = scene.github.installApp({
      ...{ appId: 4711, slug: 'shop-reviewer', publicKey: '' },
      permissions: manifest.default_permissions,
      repositories: [scene.repository.fullName],
    })
    const deliver = async (event: string, payload: object) => {
      const body = JSON.stringify({ ...payload, installation: { id: installationId } })
      const answer = await scene.deliver(event, payload, { body })
      return v.parse(v.looseObject({ result: v.string() }), await answer.json()).result
    }
    const opened = await deliver('pull_request', scene.pull.event('opened'))
    await verdicts(scene, 1)
    const [run] = scene.pull.checkRuns()
    const rerun = await deliver('check_run', run?.rerequest() ?? {})
    await verdicts(scene, 2)
    const rerunAll = await deliver('check_suite', run?.rerequestSuite() ?? {})
    await verdicts(scene, 3)
    const asked = await deliver('issue_comment', scene.pull.comment('/patchpilot review'))
    await verdicts(scene, 4)
    const replied = scene.pull.reply(scene.pull.threads()[0]?.id ?? 0, 'By a stranger.', { login: 'eve' })
    expect({
      ...{ check_run: rerun, check_suite: rerunAll, pull_request: opened },
      issue_comment: asked,
      pull_request_review_comment: await deliver('pull_request_review_comment', replied),
    }).toEqual({
      ...{ check_run: 'queued', check_suite: 'queued', pull_request: 'queued' },
      issue_comment: 'queued',
      pull_request_review_comment: 'queued',
    })
    expectCleanTraffic(scene)
    expect({ ...alwaysGranted, ...forDeliveries, ...forLater, ...usedBy(scene) }).toEqual(
      manifest.default_permissions,
    )
  })
})

/** https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps */
const alwaysGranted = { metadata: 'read' }

/** Comments with commands. */
const forDeliveries = { issues: 'read' }

/** The repository's configuration file. */
const forLater = { contents: 'read' }

async function verdicts(scene: ServerScene, count: number): Promise<void> {
  const reached = () => scene.server.log.filter(({ message }) => String(message).startsWith('verdict')).length
  await expect.poll(reached).toBe(count)
}

/** The permissions without which a request would have been refused, as far as only one of them would do. */
function usedBy({ github }: ServerScene): Readonly<Record<string, string>> {
  const needed = github.requests.flatMap(({ method, path }): readonly string[] => {
    const permissions = path.endsWith('/graphql')
      ? ['pull_requests:read']
      : matchRoute(method, path)?.route.permissions
    return permissions?.length === 1 ? permissions : []
  })
  const pairs = needed.toSorted().map((one) => v.parse(v.tuple([v.string(), Access]), one.split(':')))
  return Object.fromEntries(pairs)
}
