import type { Redis } from 'ioredis'

/** The newest head of a pull request is of no use longer than BullMQ keeps its job. */
const keptSeconds = 8 * 24 * 60 * 60

/** Jobs that wait at once, a kilobyte or two each in Redis. */
const mostWaiting = 100_000

/**
 * KEYS: the job itself (BullMQ's), the line, its installation's jobs in the line, the newest job of the pull request.
 * ARGV: the job's id, now in milliseconds, seconds to keep, most jobs in the line. Returns 'exists', 'full', or how many
 * of its installation are in the line now and the job that was the newest before.
 */
const enter = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 'exists' end
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[4]) then return 'full' end
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('SADD', KEYS[3], ARGV[1])
redis.call('EXPIRE', KEYS[3], ARGV[3])
local before = redis.call('GET', KEYS[4])
redis.call('SET', KEYS[4], ARGV[1], 'EX', ARGV[3])
return { redis.call('SCARD', KEYS[3]), before or '' }`

/**
 * KEYS: the line, the installation's jobs in it, the newest job of the pull request, the one that runs.
 * ARGV: the job's id, seconds to keep. Returns 'begun', 'superseded', or the id of the job that is still running.
 */
const begin = `
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('SREM', KEYS[2], ARGV[1])
local newest = redis.call('GET', KEYS[3])
if newest and newest ~= ARGV[1] then return 'superseded' end
local runs = redis.call('GET', KEYS[4])
if runs and runs ~= ARGV[1] then return runs end
redis.call('SET', KEYS[4], ARGV[1], 'EX', ARGV[2])
return 'begun'`

/** KEYS: the one that runs. ARGV: the job's id. */
const end = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`

export type Entered =
  | { readonly kind: 'exists' }
  | { readonly kind: 'full' }
  | { readonly kind: 'entered'; readonly turn: number; readonly before: string | null }

export type Begun =
  | { readonly kind: 'begun' | 'superseded' }
  | { readonly kind: 'busy'; readonly with: string }

/**
 * What BullMQ does not know of our jobs, kept beside them: whose turn it is, and which of a pull request's heads is the
 * newest. Nothing here is needed to find a job again: what a crash leaves behind heals or expires.
 */
export class Line {
  readonly #redis: Redis
  readonly #prefix: string

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis
    this.#prefix = prefix
  }

  /** `turn` counts the installation's jobs in the line, this one included; `before` was the newest of the pull request. */
  async enter(jobKey: string, id: string, pullRequest: string, installationId: number): Promise<Entered> {
    const keys = [jobKey, this.#key('line'), this.#installation(installationId), this.#newest(pullRequest)]
    const values = [id, Date.now(), keptSeconds, mostWaiting]
    const answer = await this.#redis.eval(enter, keys.length, ...keys, ...values)
    if (!Array.isArray(answer)) return { kind: answer === 'full' ? 'full' : 'exists' }
    const [turn, before] = answer
    return {
      kind: 'entered',
      turn: Number(turn),
      before: before === '' || before === id ? null : String(before),
    }
  }

  async begin(id: string, pullRequest: string, installationId: number): Promise<Begun> {
    const keys = [
      ...[this.#key('line'), this.#installation(installationId)],
      ...[this.#newest(pullRequest), this.#runs(pullRequest)],
    ]
    const answer = String(await this.#redis.eval(begin, keys.length, ...keys, id, keptSeconds))
    return answer === 'begun' || answer === 'superseded' ? { kind: answer } : { kind: 'busy', with: answer }
  }

  async end(id: string, pullRequest: string): Promise<void> {
    await this.#redis.eval(end, 1, this.#runs(pullRequest), id)
  }

  async leave(id: string, installationId: number): Promise<void> {
    await this.#redis.zrem(this.#key('line'), id)
    await this.#redis.srem(this.#installation(installationId), id)
  }

  jobsOf(installationId: number): Promise<string[]> {
    return this.#redis.smembers(this.#installation(installationId))
  }

  /** Since when the first one waits, in milliseconds since the epoch; null when none does. */
  async oldest(stillWaits: (id: string) => Promise<boolean>): Promise<number | null> {
    for (;;) {
      const [id, since] = await this.#redis.zrange(this.#key('line'), 0, 0, 'WITHSCORES')
      if (id === undefined) return null
      if (await stillWaits(id)) return Number(since)
      await this.#redis.zrem(this.#key('line'), id)
    }
  }

  /** True for the first to ask in this time. */
  async claim(task: string, forMs: number): Promise<boolean> {
    return (await this.#redis.set(this.#key(`claim:${task}`), '1', 'PX', forMs, 'NX')) === 'OK'
  }

  #installation(id: number): string {
    return this.#key(`installation:${id}`)
  }

  #newest(pullRequest: string): string {
    return this.#key(`newest:${pullRequest}`)
  }

  #runs(pullRequest: string): string {
    return this.#key(`runs:${pullRequest}`)
  }

  #key(name: string): string {
    return `${this.#prefix}:${name}`
  }
}
