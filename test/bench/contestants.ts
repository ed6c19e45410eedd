import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../servers/free-port.ts'
import { startRedis } from '../servers/redis.ts'
import { appCredentials } from './app-credentials.ts'

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

const startMs = 15_000
const project = fileURLToPath(new URL('../..', import.meta.url))
const { appId, privateKey, webhookSecret } = appCredentials

/** Its one worker waits for the dead end all the time, so that what is measured is taking deliveries, and nothing else. */
const ownEnvironment = ({ deadEnd }: Place) => ({
  ...{ GITHUB_APP_ID: appId, GITHUB_PRIVATE_KEY_PEM: privateKey, GITHUB_WEBHOOK_SECRET: webhookSecret },
  ...{ GITHUB_API_URL: deadEnd, OPENAI_BASE_URL: `${deadEnd}/v1`, WORKERS: '1', PATCHPILOT_TIMEOUT: '3600' },
})

export const embedded: Contestant = {
  name: 'PatchPilot, embedded queue',
  start: (place) => startNode(ownServer, ownEnvironment(place), place),
}

export const onRedis: Contestant = {
  name: 'PatchPilot, Redis with AOF',
  async start(place) {
    const redis = await startRedis({ appendonly: true })
    const env = { ...ownEnvironment(place), REDIS_URL: redis.url }
    const server = await startNode(ownServer, env, place)
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
  start(place) {
    const { hostname, port } = new URL(place.deadEnd)
    const env = {
      ...{ APP_ID: appId, PRIVATE_KEY: privateKey, WEBHOOK_SECRET: webhookSecret },
      ...{ GHE_HOST: `${hostname}:${port}`, GHE_PROTOCOL: 'http' },
    }
    return startNode(probotServer, env, place)
  },
}

type Program = { readonly script: string; readonly webhookPath: string; readonly readyPath: string }

const ownServer: Program = { script: 'dist/server/index.js', webhookPath: '/webhook/', readyPath: '/readyz' }
const probotServer: Program = {
  ...{ script: 'test/bench/probot.mjs', webhookPath: '/api/github/webhooks', readyPath: '/ping' },
}

async function startNode(
  { script, webhookPath, readyPath }: Program,
  env: Readonly<Record<string, string>>,
  { folder }: Place,
): Promise<Running> {
  const port = await freePort()
  const logFile = join(folder, `${port}.log`)
  const log = openSync(logFile, 'w')
  const child = spawn(process.execPath, [join(project, script)], {
    cwd: folder,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), ...env },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  async function stop() {
    process.off('exit', kill)
    if (kill()) await once(child, 'exit')
  }
  const url = `http://127.0.0.1:${port}`
  const deadline = performance.now() + startMs
  while (!(await isReady(`${url}${readyPath}`))) {
    if (performance.now() < deadline && child.exitCode === null) {
      await sleep(20)
      continue
    }
    await stop()
    throw new Error(`${script} did not start: ${readFileSync(logFile, 'utf8').slice(-2_000)}`)
  }
  return { webhookUrl: `${url}${webhookPath}`, [Symbol.asyncDispose]: stop }
}

async function isReady(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )
}
