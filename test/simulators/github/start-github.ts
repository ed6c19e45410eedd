import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AccountSpec, account, actionsBot } from './accounts.ts'
import type { Permissions } from './app-state.ts'
import { type Faults, faults as newFaults } from './faults.ts'
import { defaultPermissions, installApp, type NewApp, type SimulatedInstallation } from './installations.ts'
import type { RecordedRequest } from './recorded-request.ts'
import { createRepository, type NewRepository, type SimulatedRepository } from './repositories.ts'
import { mostTreeEntries } from './rest/git-data.ts'
import { serveRequest } from './serve-request.ts'
import type { World } from './state.ts'

export interface GitHubOptions {
  /** GitHub's clock; the real one unless told. */
  readonly now?: () => Date
  readonly port?: number
  /** Entries a recursive tree shows before it is truncated: GitHub's 100,000 unless told. */
  readonly treeLimit?: number
}

export interface NewToken extends AccountSpec {
  /** null: a person's token, without an app's limits. Default: what a review workflow has. */
  readonly permissions?: Permissions | null
  readonly repositories?: readonly string[]
  readonly expiresAt?: Date
}

export interface SimulatedGitHub {
  /** The API's base URL, without a trailing slash; GraphQL is at `/graphql`. `/api/v3` and `/api/graphql` work too. */
  readonly url: string
  /** What web addresses (`html_url`) start with. */
  readonly serverUrl: string
  readonly requests: readonly RecordedRequest[]
  readonly faults: Faults
  /** Where a client or the simulator itself broke GitHub's published schema without GitHub complaining. */
  readonly violations: readonly string[]
  createRepository(spec?: NewRepository): Promise<SimulatedRepository>
  /** Makes a token known. Others are "Bad credentials". */
  token(secret: string, spec: NewToken): void
  installApp(app: NewApp): SimulatedInstallation
  close(): Promise<void>
}

/** The token every simulator knows: `GITHUB_TOKEN` of a workflow that may write reviews. */
export const defaultToken = 'test-token'

/** Starts a GitHub of one's own on a free port of this machine. */
export async function startGitHub(options: GitHubOptions = {}): Promise<SimulatedGitHub> {
  const server = createServer()
  // Or it may close a connection just when a slow client sends on it.
  server.keepAliveTimeout = 0
  const { promise: listening, resolve } = Promise.withResolvers<void>()
  server.listen(options.port ?? 0, '127.0.0.1', resolve)
  await listening
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const temporaryFolder = await mkdtemp(join(tmpdir(), 'github-simulator-'))
  const world = newWorld(`http://127.0.0.1:${address.port}`, temporaryFolder, options)
  const removeFolder = () => rmSync(temporaryFolder, { recursive: true, force: true })
  process.once('exit', removeFolder)
  const requests: RecordedRequest[] = []
  const faults = newFaults()
  server.on('request', (request, response) => {
    serveRequest(world, faults, requests, request, response).catch((error) => {
      world.violations.push(`the simulator failed: ${error}`)
      response.destroy()
    })
  })
  const token = (secret: string, spec: NewToken) => addToken(world, secret, spec)
  token(defaultToken, actionsBot)
  return {
    url: world.url,
    serverUrl: world.url,
    requests,
    faults,
    violations: world.violations,
    createRepository: (spec) => createRepository(world, spec ?? {}),
    token,
    installApp: (app) => installApp(world, app),
    close: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
      for (const { objects } of world.repositories) objects.close()
      process.off('exit', removeFolder)
      removeFolder()
    },
  }
}

/**
 * Above 2^31, as GitHub's ids of reviews and comments are: GraphQL's `databaseId` cannot carry them. No two simulators of
 * a process share any: auth-app keeps sign-ins that are under way by their installation alone, whichever server it is of.
 */
let lastId = 3_200_000_000

function newWorld(url: string, temporaryFolder: string, options: GitHubOptions): World {
  return {
    url,
    now: options.now ?? (() => new Date()),
    temporaryFolder,
    treeLimit: options.treeLimit ?? mostTreeEntries,
    newId: () => {
      lastId += 7
      return lastId
    },
    accounts: new Map(),
    repositories: [],
    tokens: new Map(),
    apps: [],
    nodes: new Map(),
    violations: [],
  }
}

function addToken(world: World, secret: string, spec: NewToken): void {
  const permissions = spec.permissions === undefined ? defaultPermissions : spec.permissions
  world.tokens.set(secret, {
    account: account(world, spec),
    permissions,
    repositories: spec.repositories ?? null,
    expiresAt: spec.expiresAt ?? null,
    // Source: GitHub docs, "Rate limits for the REST API": GITHUB_TOKEN has 1,000 an hour and repository.
    rateLimit: spec.login === actionsBot.login ? 1000 : 5000,
    installation: null,
    used: 0,
  })
}
