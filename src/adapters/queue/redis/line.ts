import type { Redis } from 'ioredis'
import { headOfId } from '../job-id.ts'

/** The newest head of a pull request is of no use longer than BullMQ keeps its job. */
const keptSeconds = 8 * 24 * 60 * 60

/** Jobs that wait at once, a kilobyte or two each in Redis. */
const mostWaiting = 100_000

/** BullMQ's largest is 2^21 = 2,097,152. https://docs.bullmq.io/guide/jobs/prioritized */
const lastTurn = 2_000_000

/** Whoever runs a job says so again three times in this time. */
const runningMs = 9_000
export const heartbeatMs = runningMs / 3

/**
 * Start-time fair queueing: a job's turn is the one after its installation's last, and not before the turn that it is now.
 * KEYS: the line, its installation's jobs, the newest job of the pull request, turns. ARGV: the job's id, its installation,
 * now in milliseconds, seconds to keep, most jobs in the line, last turn. Returns 'full', or the job's turn and the job
 * that was the newest before.
 */
const enter = `
local waiting = redis.call('ZCARD', KEYS[1])
if waiting >= tonumber(ARGV[5]) then return 'full' end
if waiting == 0 then redis.call('DEL', KEYS[4]) end
local now = tonumber(redis.call('HGET', KEYS[4], 'now') or 0)
local own = tonumber(redis.call('HGET', KEYS[4], ARGV[2]) or 0)
local turn = math.min(math.max(now, own) + 1, tonumber(ARGV[6]))
redis.call('HSET', KEYS[4], ARGV[2], turn)
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[4])
local before = redis.call('GET', KEYS[3])
redis.call('SET', KEYS[3], ARGV[1], 'EX', ARGV[4])
return { turn, before or '' }`

/**
 * KEYS: the line, the installation's jobs in it, the newest job of the pull request, who runs it, turns. ARGV: the job's id,
 * who wants to run it, milliseconds to keep that, the job's turn. Returns 'begun', 'busy', or the newer job.
 */
const begin = `
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('SREM', KEYS[2], ARGV[1])
if tonumber(redis.call('HGET', KEYS[5], 'now') or 0) < tonumber(ARGV[4]) then
  redis.call('HSET', KEYS[5], 'now', ARGV[4])
end
local newest = redis.call('GET', KEYS[3])
if newest and newest ~= ARGV[1] then return newest end
local runs = redis.call('GET', KEYS[4])
if runs and runs ~= ARGV[2] then return 'busy' end
redis.call('SET', KEYS[4], ARGV[2], 'PX', ARGV[3])
return 'begun'`

/** KEYS: who runs it, the newest job of the pull request. ARGV: who says to run it still, milliseconds to keep that. */
const goOn = `
local runs = redis.call('GET', KEYS[1])
if not runs or runs == ARGV[1] then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return redis.call('GET', KEYS[2])`

/** KEYS: who runs it. ARGV: who ran it. */
const end = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`

export type Entered =
  | { readonly kind: 'full' }
  | { readonly kind: 'entered'; readonly turn: number; readonly before: string | null }

export type Begun =
  | { readonly kind: 'begun' | 'busy' }
  | { readonly kind: 'superseded'; readonly byHead: string }

/** A job, as far as the line has to know it. */
export type InLine = { readonly id: string; readonly pullRequest: string; readonly installationId: number }

/**
 * What BullMQ does not know of our jobs, kept beside them: whose turn it is, which of a pull request's heads is the newest,
 * and who is at work on it. What a crash leaves behind here expires, or is overwritten by the next head.
 */
export class Line {
  readonly #redis: Redis
  readonly #prefix: string

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis
    this.#prefix = prefix
  }

  /** `turn`: the lower, the sooner; `before` was the newest of the pull request. */
  async enter({ id, pullRequest, installationId }: InLine): Promise<Entered> {
    const keys = [
      ...[this.#key('line'), this.#installation(installationId)],
      ...[this.#newest(pullRequest), this.#key('turns')],
    ]
    const values = [id, installationId, Date.now(), keptSeconds, mostWaiting, lastTurn]
    const answer = await this.#redis.eval(enter, keys.length, ...keys, ...values)
    if (!Array.isArray(answer)) return { kind: 'full' }
    const [turn, before] = answer
    return {
      kind: 'entered',
      turn: Number(turn),
      before: before === '' || before === id ? null : String(before),
    }
  }

  async newestOf(pullRequest: string): Promise<string | null> {
    return this.#redis.get(this.#newest(pullRequest))
  }

  /** `runner` is unique to this attempt. */
  async begin({ id, pullRequest, installationId }: InLine, runner: string, turn: number): Promise<Begun> {
    const keys = [
      ...[this.#key('line'), this.#installation(installationId)],
      ...[this.#newest(pullRequest), this.#runner(pullRequest), this.#key('turns')],
    ]
    const values = [id, runner, runningMs, turn]
    const answer = String(await this.#redis.eval(begin, keys.length, ...keys, ...values))
    return answer === 'begun' || answer === 'busy'
      ? { kind: answer }
      : { kind: 'superseded', byHead: headOfId(answer) }
  }

  /** The newest job of the pull request by now. */
  async goOn(pullRequest: string, runner: string): Promise<string | null> {
    const keys = [this.#runner(pullRequest), this.#newest(pullRequest)]
    const newest = await this.#redis.eval(goOn, keys.length, ...keys, runner, runningMs)
    return newest === null ? null : String(newest)
  }

  async end(pullRequest: string, runner: string): Promise<void> {
    await this.#redis.eval(end, 1, this.#runner(pullRequest), runner)
  }

  async leave({ id, installationId }: InLine): Promise<void> {
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

  /** True for the first to ask since Redis was empty. */
  async isNew(): Promise<boolean> {
    return (await this.#redis.set(this.#key('known'), '1', 'NX')) === 'OK'
  }

  #installation(id: number): string {
    return this.#key(`installation:${id}`)
  }

  #newest(pullRequest: string): string {
    return this.#key(`newest:${pullRequest}`)
  }

  #runner(pullRequest: string): string {
    return this.#key(`runner:${pullRequest}`)
  }

  #key(name: string): string {
    return `${this.#prefix}:${name}`
  }
}
