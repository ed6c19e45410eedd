import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startAppServer } from '../servers/app-server.ts'
import { freePort } from '../servers/free-port.ts'
import type { NodeServer } from '../servers/node-server.ts'
import { type RedisServer, startRedis } from '../servers/redis.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { Site } from './site.ts'

/** With Redis there are two replicas, and now and then Redis itself is killed. */
export type Engine = 'embedded' | 'Redis'

export const webhookSecret = 'correct-horse'
/** How often the servers look for what got lost. */
export const recoverySeconds = 1

const longestPauseMs = 500
const redisKilled = 0.1

type Replica = { readonly port: number; server: NodeServer }

/** The servers of one App, which GitHub reaches through whatever balances between them. */
export class Replicas {
  /** Servers that ended though nobody killed them, by port. */
  readonly crashed = new Set<number>()
  readonly #replicas: Replica[] = []
  readonly #start: (port: number) => NodeServer
  readonly #redis: RedisServer | null

  static async start(site: Site, engine: Engine, logs: string): Promise<Replicas> {
    const redis = engine === 'Redis' ? await startRedis({ appendonly: true }) : null
    const env = {
      PATCHPILOT_RECOVERY_SECONDS: String(recoverySeconds),
      ...(redis === null ? {} : { REDIS_URL: redis.url }),
    }
    const startOne = (port: number) =>
      startAppServer({
        ...{ port, webhookSecret, env, logFile: join(logs, `${port}.log`) },
        ...{ gitHubUrl: site.gitHub.url, modelUrl: site.model.url },
      })
    const replicas = new Replicas(startOne, redis)
    for (let count = redis === null ? 1 : 2; count > 0; count--) await replicas.#add()
    return replicas
  }

  private constructor(start: (port: number) => NodeServer, redis: RedisServer | null) {
    this.#start = start
    this.#redis = redis
  }

  async #add(): Promise<void> {
    const port = await freePort()
    const server = this.#start(port)
    this.#replicas.push({ port, server })
    await server.ready
  }

  /** Where the balancer sends the next delivery, whether or not somebody is there. */
  webhookUrl(random: SeededRandom): string {
    return `${this.#any(random).server.url}/webhook/`
  }

  /** One of the servers, or Redis; it is back after a pause. */
  async killOne(random: SeededRandom): Promise<void> {
    const pauseMs = random.below(longestPauseMs)
    const replica = this.#any(random)
    this.noteCrashes()
    if (this.#redis !== null && random.chance(redisKilled)) {
      await this.#redis.kill()
      await sleep(pauseMs)
      return this.#redis.restart()
    }
    await replica.server.kill()
    await sleep(pauseMs)
    replica.server = this.#start(replica.port)
  }

  noteCrashes(): void {
    for (const { port, server } of this.#replicas) if (server.hasEnded()) this.crashed.add(port)
  }

  #any(random: SeededRandom): Replica {
    const [first, ...others] = this.#replicas
    if (first === undefined) throw new Error('there is no replica')
    return random.pick([first, ...others])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { server } of this.#replicas) await server.kill()
    await this.#redis?.[Symbol.asyncDispose]()
  }
}
