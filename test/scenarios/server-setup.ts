import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { sign } from '@octokit/webhooks-methods'
import type { NewApp, SimulatedGitHub, SimulatedInstallation } from '../simulators/github/index.ts'
import { type Scene, type SceneOptions, startScene } from './setup.ts'

type Permissions = NonNullable<NewApp['permissions']>

export const secret = 'correct horse'.replace(' ', '-')

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

const folder = fileURLToPath(new URL('../..', import.meta.url))

/** The server as `npm start` runs it, on a port of its own. */
export type RunningServer = {
  readonly url: string
  readonly pid: number
  /** What it has written so far, one object a line. */
  readonly log: readonly Readonly<Record<string, unknown>>[]
  readonly text: () => string
  /** Waits for a line with this in its message. */
  logged(message: RegExp): Promise<void>
  signal(name: NodeJS.Signals): void
  readonly ended: Promise<number | null>
}

/** None of them outlives us. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export async function startServer(env: Readonly<Record<string, string>>): Promise<RunningServer> {
  const child = spawn(process.execPath, ['dist/server/index.js'], {
    cwd: folder,
    env: { HOST: '127.0.0.1', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: Record<string, unknown>[] = []
  let text = ''
  let unfinished = ''
  let waiting: (() => void)[] = []
  const take = (piece: string) => {
    text += piece
    const lines = (unfinished + piece).split('\n')
    unfinished = lines.pop() ?? ''
    for (const line of lines) log.push(JSON.parse(line))
    for (const wake of waiting.splice(0)) wake()
  }
  child.stdout.setEncoding('utf8').on('data', take)
  child.stderr.setEncoding('utf8').on('data', (piece: string) => process.stderr.write(piece))
  running.add(child)
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  ended.then(() => {
    running.delete(child)
    for (const wake of waiting.splice(0)) wake()
  })
  const logged = async (message: RegExp) => {
    while (!log.some((line) => message.test(String(line.message)))) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`the server has ended: ${text}`)
      await new Promise<void>((resolve) => {
        waiting = [...waiting, resolve]
      })
    }
  }
  const server = { log, text: () => text, logged, ended, signal: (name: NodeJS.Signals) => child.kill(name) }
  await Promise.race([logged(/^listening/), ended])
  const listening = log.find(({ message }) => String(message).startsWith('listening'))
  const address = /on (\S+),/.exec(String(listening?.message))?.[1]
  return { ...server, url: `http://${address}`, pid: child.pid ?? 0 }
}

export type ServerScene = AsyncDisposable &
  Omit<Scene, 'run'> & {
    readonly server: RunningServer
    readonly installation: SimulatedInstallation
    readonly installationId: number
    /** What the server is started with: for another one beside it, or after it. */
    readonly env: Readonly<Record<string, string>>
    /** What GitHub does when something happened: signed and delivered. */
    deliver(event: string, payload: object, changes?: DeliveryChanges): Promise<Response>
    metrics(): Promise<string>
  }

export type DeliveryChanges = {
  readonly id?: string
  readonly secret?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** On a connection that nobody used before: an idle one may be closed just when something is sent on it. */
export const onItsOwn = { headers: { connection: 'close' } } as const

/** What GitHub does when something happened: signed, and delivered to this server. */
export async function deliverTo(
  url: string,
  event: string,
  payload: object,
  changes: DeliveryChanges = {},
): Promise<Response> {
  const body = changes.body ?? JSON.stringify(payload)
  return fetch(`${url}/webhook/`, {
    method: 'POST',
    body,
    headers: {
      ...onItsOwn.headers,
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': changes.id ?? randomUUID(),
      'x-hub-signature-256': await sign(changes.secret ?? secret, body),
      ...changes.headers,
    },
  })
}

/** As docs/server.md says that the App is to be created. */
const needed: Permissions = { checks: 'write', contents: 'read', metadata: 'read', pull_requests: 'write' }

/** Installs the server's App on repositories of one account. */
export function installApp(
  github: SimulatedGitHub,
  repositories: readonly string[],
  permissions: Permissions = {},
): SimulatedInstallation {
  const app = { appId: 4711, slug: 'shop-reviewer', publicKey }
  return github.installApp({ ...app, repositories, permissions: { ...needed, ...permissions } })
}

export type ServerSceneOptions = SceneOptions & {
  readonly env?: Readonly<Record<string, string>>
  readonly permissions?: Permissions
  /** Before the server is started. */
  readonly prepare?: (scene: Scene, installation: SimulatedInstallation) => Promise<void> | void
}

/** A pull request in a repository that the App is installed on, and the App's server. */
export async function startServerScene(options: ServerSceneOptions = {}): Promise<ServerScene> {
  const scene = await startScene(options)
  const installation = installApp(scene.github, [scene.repository.fullName], options.permissions)
  const { installationId } = installation
  await options.prepare?.(scene, installation)
  const env = {
    ...{ GITHUB_APP_ID: '4711', GITHUB_PRIVATE_KEY_PEM: privateKey, GITHUB_WEBHOOK_SECRET: secret },
    ...{ GITHUB_API_URL: scene.github.url, OPENAI_BASE_URL: scene.model.url },
    ...options.env,
  }
  const server = await startServer(env)
  return {
    ...scene,
    ...{ server, installation, installationId, env },
    deliver: (event, payload, changes) =>
      deliverTo(server.url, event, { ...payload, installation: { id: installationId } }, changes),
    metrics: async () => (await fetch(`${server.url}/metrics`, onItsOwn)).text(),
    async [Symbol.asyncDispose]() {
      server.signal('SIGKILL')
      await server.ended
      await scene[Symbol.asyncDispose]()
    },
  }
}
