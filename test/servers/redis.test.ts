import { Redis, type RedisOptions } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { isMissing } from './installed.ts'
import { type RedisServer, startRedis } from './redis.ts'

function clientOf({ url }: Pick<RedisServer, 'url'>, options: RedisOptions = {}) {
  const client = new Redis(url, { retryStrategy: () => 20, enableReadyCheck: false, ...options })
  client.on('error', () => {})
  return Object.assign(client, { [Symbol.dispose]: () => client.disconnect() })
}

describe.skipIf(isMissing('redis-server')).concurrent('Redis', () => {
  test.each([
    [true, 'kept'],
    [false, null],
  ])('with appendonly %s has %s after it was killed', async (appendonly, found) => {
    await using redis = await startRedis({ appendonly })
    using client = clientOf(redis)
    await client.set('key', 'kept')
    await redis.kill()
    await redis.restart()
    expect(await client.get('key')).toBe(found)
  })

  test('is stopped and started again at the same address', async () => {
    await using redis = await startRedis({ appendonly: true })
    using client = clientOf(redis)
    await client.set('key', 'kept')
    await redis.restart()
    expect(await client.get('key')).toBe('kept')
  })

  test('answers nobody while it is paused, and everybody then', async () => {
    await using redis = await startRedis()
    using client = clientOf(redis)
    using hurried = clientOf(redis, { commandTimeout: 200 })
    await Promise.all([client.ping(), hurried.ping()])
    redis.pause()
    const answer = client.ping()
    await expect(hurried.ping()).rejects.toThrow('timed out')
    redis.resume()
    expect(await answer).toBe('PONG')
  })

  test('keeps out who has no password', async () => {
    await using redis = await startRedis({ requirepass: 'open sesame' })
    using client = clientOf(redis)
    expect(await client.ping()).toBe('PONG')
    using stranger = clientOf({ url: redis.url.replace(/:[^/]*@/, '') })
    await expect(stranger.ping()).rejects.toThrow('NOAUTH')
  })

  test('ends also while it is paused', async () => {
    const redis = await startRedis()
    redis.pause()
    await redis[Symbol.asyncDispose]()
    using client = clientOf(redis, { retryStrategy: () => null, maxRetriesPerRequest: 0 })
    await expect(client.ping()).rejects.toThrow()
  })
})
