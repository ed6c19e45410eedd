import { describe, expect, test } from 'vitest'
import { isMissing } from '../servers/installed.ts'
import { forgeryKinds } from '../soak/forgeries.ts'
import { soakForgeries } from '../soak/soak-forgeries.ts'
import { soakKills } from '../soak/soak-kills.ts'

/** `npm run soak` takes another one each time, and far more of everything. */
const seed = 20_261_122
const kills = 4

describe.concurrent('a sample of the soak', () => {
  test('forged deliveries are refused, genuine ones between them are taken', async () => {
    const count = 20 * forgeryKinds.length
    const report = await soakForgeries(seed, count)
    expect(report.accepted).toEqual([])
    expect(report.refused).toBe(count)
    expect(report.genuine).toBeGreaterThan(0)
    expect(report).toMatchObject({ queued: report.genuine, logged: report.genuine })
  })

  test('a server that is killed again and again loses no review and doubles none', async () => {
    const { problems, pullRequests, reviews } = await soakKills({ seed, kills, engine: 'embedded' })
    expect(problems).toEqual([])
    expect(reviews).toBeGreaterThanOrEqual(pullRequests)
  }, 150_000)

  test.skipIf(isMissing('redis-server'))(
    'neither do two of them that share a Redis',
    async () => {
      const { problems, pullRequests, reviews } = await soakKills({ seed, kills, engine: 'Redis' })
      expect(problems).toEqual([])
      expect(reviews).toBeGreaterThanOrEqual(pullRequests)
    },
    150_000,
  )
})
