import { expect } from 'vitest'
import type { RedisServer } from '../servers/redis.ts'
import { type AnotherServer, change, eventually, startAnother, statusOf } from './server-hands.ts'
import {
  deliverTo,
  type RunningServer,
  type ServerScene,
  type ServerSceneOptions,
  startServerScene,
} from './server-setup.ts'
import type { Scene } from './setup.ts'

/** One at a time, so that others wait. */
export const oneWorker = { WORKERS: '1' }

/** Waits until the server has its connection to Redis. */
export function connected(server: Pick<RunningServer, 'url'>): Promise<unknown> {
  return eventually(async () => expect(await statusOf(server, '/readyz')).toBe(200))
}

/** What was started does not outlive a failure to connect. */
async function connectedOrEnded<Started extends AsyncDisposable>(
  started: Started,
  server: RunningServer,
): Promise<Started> {
  try {
    await connected(server)
    return started
  } catch (error) {
    await started[Symbol.asyncDispose]()
    throw error
  }
}

export async function startSharing(
  redis: RedisServer,
  options: ServerSceneOptions = {},
): Promise<ServerScene> {
  const scene = await startServerScene({ ...options, env: { REDIS_URL: redis.url, ...options.env } })
  return connectedOrEnded(scene, scene.server)
}

/** One more server with the same Redis. */
export async function startReplica(env: ServerScene['env']): Promise<AnotherServer> {
  const server = await startAnother(env)
  return connectedOrEnded(server, server)
}

/** A delivery to one of several servers. */
export function deliver(scene: ServerScene, to: RunningServer, event: string, payload: object, id?: string) {
  const body = { ...payload, installation: { id: scene.installationId } }
  return deliverTo(to.url, event, body, id === undefined ? {} : { id })
}

export function expectReviewedOnce(...pulls: readonly Scene['pull'][]): void {
  for (const pull of pulls) {
    expect(pull.reviews()).toHaveLength(1)
    expect(pull.pendingReviews()).toEqual([])
    expect(pull.checkRuns().filter(({ status }) => status !== 'completed')).toEqual([])
    expect(pull.checkRuns().at(-1)).toMatchObject({ conclusion: 'success' })
  }
}

/** The first delivery runs and gets no answer from the model, the second waits for it. */
export async function oneRunsAnotherWaits(scene: ServerScene): Promise<Scene['pull']> {
  const waiting = await scene.repository.openPullRequest(change('waiting'))
  expect((await scene.deliver('pull_request', scene.pull.event('opened'))).status).toBe(202)
  await eventually(() => expect(scene.model.requests).toHaveLength(1))
  expect((await scene.deliver('pull_request', waiting.event('opened'))).status).toBe(202)
  return waiting
}
