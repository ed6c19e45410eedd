import { join } from 'node:path'
import { app, startAppServer } from '../servers/app-server.ts'
import { freePort } from '../servers/free-port.ts'
import { type NodeServer, startNodeServer } from '../servers/node-server.ts'
import { startRedis } from '../servers/redis.ts'

export type Running = AsyncDisposable & {
  /** Where GitHub would deliver to. */
  readonly webhookUrl: string
}

/** A server that takes deliveries, started anew for each round. */
export type Contestant = {
  readonly name: string
  start(place: Place): Promise<Running>
}

export type Place = {
  /** Where a server writes what it logs. */
  readonly folder: string
  /** A GitHub that takes requests and answers none. */
  readonly deadEnd: string
}

export const webhookSecret = 'correct-horse'

export const embedded: Contestant = {
  name: 'PatchPilot, embedded queue',
  start: (place) => startOwn(place),
}

export const onRedis: Contestant = {
  name: 'PatchPilot, Redis with AOF',
  async start(place) {
    const redis = await startRedis({ appendonly: true })
    const server = await startOwn(place, { REDIS_URL: redis.url })
    return {
      ...server,
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]()
        await redis[Symbol.asyncDispose]()
      },
    }
  },
}

export const probot: Contestant = {
  name: 'Probot, empty handler',
  async start({ folder, deadEnd }) {
    const port = await freePort()
    const env = {
      ...{ APP_ID: String(app.appId), PRIVATE_KEY: app.privateKey, WEBHOOK_SECRET: webhookSecret },
      ...{ GHE_HOST: new URL(deadEnd).host, GHE_PROTOCOL: 'http' },
    }
    const script = 'test/bench/probot.mjs'
    const logFile = join(folder, `${port}.log`)
    const server = startNodeServer({ script, readyPath: '/ping', port, env, logFile })
    return running(server, '/api/github/webhooks')
  },
}

/** Its one worker waits for the dead end all the time: what is measured is taking deliveries, and nothing else. */
async function startOwn(
  { folder, deadEnd }: Place,
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const port = await freePort()
  const server = startAppServer({
    ...{ port, webhookSecret, logFile: join(folder, `${port}.log`) },
    ...{ gitHubUrl: deadEnd, modelUrl: `${deadEnd}/v1` },
    env: { WORKERS: '1', PATCHPILOT_TIMEOUT: '3600', ...env },
  })
  return running(server, '/webhook/')
}

async function running(server: NodeServer, webhookPath: string): Promise<Running> {
  await server.ready
  return { webhookUrl: `${server.url}${webhookPath}`, [Symbol.asyncDispose]: server.kill }
}
