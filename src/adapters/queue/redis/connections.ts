import { Redis } from 'ioredis'
import { causeOf, messageOf, TemporaryError } from '../../../errors.ts'
import type { Logger } from '../../../ports/logger.ts'

/** GitHub waits 10 s for an answer to a delivery; a Redis that takes longer than this is as good as down. */
const commandMs = 3_000

/** For several commands, or for a library that waits for its connection. */
export async function soon<Value>(answer: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new TemporaryError('Redis does not answer')), commandMs)
  answer.catch(() => {}) // of no interest any more once the race is lost
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

/** For whom somebody waits: fails at once while Redis is away, instead of keeping the command for later. */
export function hurriedConnection(url: string): Redis {
  return new Redis(url, {
    ...{ enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: commandMs },
    ...{ connectTimeout: commandMs, retryStrategy },
  })
}

/** For what runs by itself: waits for Redis to come back, as BullMQ's workers need it. https://docs.bullmq.io/guide/connections */
export function patientConnection(url: string): Redis {
  return new Redis(url, { maxRetriesPerRequest: null, connectTimeout: commandMs, retryStrategy })
}

function retryStrategy(times: number): number {
  return Math.min(1_000, times * 100)
}

/** Says once that Redis went away and once that it is back, however many tries lie between. */
export function logAvailability(redis: Redis, logger: Logger): void {
  let isAway = false
  const away = (reason: string) => {
    if (!isAway)
      logger.warning(`Redis cannot be reached (${reason}): deliveries are answered with 503 meanwhile`)
    isAway = true
  }
  redis.on('error', (error) => away(causeOf(error) || 'no answer'))
  redis.on('close', () => away('the connection was closed'))
  redis.on('ready', () => {
    if (isAway) logger.info('Redis is back')
    isAway = false
    warnOfForgetting(redis, logger)
  })
}

/** Jobs are as durable as Redis keeps them. https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/ */
async function warnOfForgetting(redis: Redis, logger: Logger): Promise<void> {
  try {
    const settings = [await redis.config('GET', 'appendonly'), await redis.config('GET', 'maxmemory-policy')]
    const [, appendOnly, , policy] = settings.flat()
    if (appendOnly === 'no')
      logger.warning(
        'Redis has no append-only file, so what is queued is lost when it restarts: set `appendonly yes`. What is lost is found again on GitHub, later',
      )
    if (policy !== 'noeviction')
      logger.warning(
        `Redis may evict queued jobs (maxmemory-policy ${policy}): set \`maxmemory-policy noeviction\``,
      )
  } catch (error) {
    logger.info(
      `whether Redis keeps what is queued over a restart could not be seen (${messageOf(error)}); it needs \`appendonly yes\``,
    )
  }
}
