import { describe, expect, test } from 'vitest'
import type { ActionResult } from '../run-action.ts'
import { isMissing } from '../servers/installed.ts'
import { startPushgateway } from '../servers/pushgateway.ts'
import { type Behaviour, pass, startRelay } from '../servers/relay.ts'
import {
  countedBy,
  expectedCounts,
  expectExactly,
  groupOf,
  isGroupWrite,
  locks,
  pushingTo,
  pushWarnings,
  withoutPushRetries,
} from './metrics-setup.ts'
import { type Scene, startScene } from './setup.ts'

/** The review is what it is without metrics, and one line of the log says what became of those. */
function expectReviewed(scene: Scene, result: ActionResult, warnings: readonly RegExp[]): void {
  expect(result.outputs).toMatchObject({
    verdict: 'findings',
    findings: '1',
    'highest-severity': 'high',
    reason: '',
  })
  expect(result.exitCode).toBe(0)
  expect(scene.pull.reviews()).toHaveLength(1)
  expect(pushWarnings(result)).toEqual(warnings.map((warning) => expect.stringMatching(warning)))
  for (const warning of pushWarnings(result)) expect(warning).not.toContain('\n')
}

/** How long a run went on after its review was posted, which is the last that GitHub was asked. */
function msAfterReview({ github }: Scene, endedAt: number): number {
  return endedAt - (github.requests.at(-1)?.at.getTime() ?? 0)
}

async function runAgainst(behave: (index: number) => Behaviour) {
  await using scene = await startScene()
  await using gateway = await startPushgateway()
  await using relay = await startRelay(gateway.url, ({ index }) => behave(index))
  const startedAt = Date.now()
  const result = await scene.run(pushingTo(relay))
  const endedAt = Date.now()
  return {
    scene,
    result,
    requests: [...relay.requests],
    msAfterReview: msAfterReview(scene, endedAt),
    msBeforeReview: (scene.github.requests[0]?.at.getTime() ?? 0) - startedAt,
    groups: await gateway.groups(),
    counted:
      (await gateway.groups()).length === 0 ? {} : await countedBy(gateway, groupOf(scene)).catch(() => ({})),
    locks: await locks(gateway),
  }
}

describe
  .skipIf(isMissing('prometheus-pushgateway'))
  .concurrent('a gateway that does not answer any more', () => {
    test.each([
      ['takes', true],
      ['ignores', false],
    ])(
      'and %s what it is sent delays a run by less than 6 s, from whichever request on',
      async (_, forward) => {
        let asked = 0
        const hangFrom = async (first: number) => {
          const run = await runAgainst((index) => (index >= first ? { kind: 'hang', forward } : pass))
          asked = Math.max(asked, run.requests.length)
          if (run.requests.length <= first) return
          expectReviewed(run.scene, run.result, [/metrics.*did not answer in time/i])
          expect(run.msAfterReview, `hanging from request ${first} on`).toBeLessThan(6_000)
          expect(run.msBeforeReview).toBeLessThan(2_000)
        }
        for (let first = 0; first <= asked; first += 3)
          await Promise.all([first, first + 1, first + 2].map(hangFrom))
        expect(asked).toBeGreaterThan(4)
      },
      60_000,
    )

    test('or does so with headers and no body', async () => {
      const run = await runAgainst(() => ({ kind: 'stall' }))
      expectReviewed(run.scene, run.result, [/metrics.*did not answer in time/i])
      expect(run.msAfterReview).toBeLessThan(6_000)
    })
  })

describe.skipIf(isMissing('prometheus-pushgateway')).concurrent('a gateway that fails once', () => {
  const onceFailing: readonly (readonly [string, Behaviour])[] = [
    ['an answer lost with the connection', { kind: 'reset', forward: true }],
    ['an answer that breaks off', { kind: 'truncate' }],
    ['a 500 after the work was done', { kind: 'answer', status: 500, forward: true }],
    ['a 502 of a proxy', { kind: 'answer', status: 502, body: '<html>Bad Gateway</html>' }],
    ['a 503', { kind: 'answer', status: 503 }],
    ['a connection that dies at once', { kind: 'reset' }],
  ]

  test.each(onceFailing)(
    '%s costs nothing and counts nothing twice, at whichever request',
    async (_, fault) => {
      let asked = 0
      for (let failing = 0; failing <= asked; failing++) {
        const { scene, result, requests, counted } = await runAgainst((index) =>
          index === failing ? fault : pass,
        )
        asked = Math.max(asked, requests.length - 1)
        expectReviewed(scene, result, [])
        const others = withoutPushRetries(counted)
        expect(others, `failing at request ${failing}`).toEqual(expectedCounts(scene, [result]))
      }
      expect(asked).toBeGreaterThan(4)
    },
    60_000,
  )
})

describe.skipIf(isMissing('prometheus-pushgateway')).concurrent('a gateway that always fails', () => {
  const alwaysFailing: readonly (readonly [string, Behaviour, RegExp])[] = [
    ['with 401', { kind: 'answer', status: 401, body: 'Unauthorized\n' }, /401.*`pushgateway-username`/],
    ['with 403', { kind: 'answer', status: 403 }, /403.*`pushgateway-password`/],
    ['with 404', { kind: 'answer', status: 404, body: '404 page not found' }, /404.*`pushgateway-url`/],
    ['with 500', { kind: 'answer', status: 500, body: 'disk full' }, /500: disk full/],
    ['with 503', { kind: 'answer', status: 503 }, /503/],
    [
      'with a page for people',
      { kind: 'answer', status: 200, body: '<html>Sign in</html>' },
      /`pushgateway-url`/,
    ],
    [
      'with somebody’s JSON',
      { kind: 'answer', status: 200, body: '{"data":[{"x":1}]}' },
      /`pushgateway-url`/,
    ],
    ['by dying at once', { kind: 'reset' }, /could not be reached.*(ECONNRESET|socket|closed|terminated)/],
    ['with half of an answer', { kind: 'truncate' }, /could not be reached/],
  ]

  test.each(alwaysFailing)('%s costs one warning that says so', async (_, fault, warning) => {
    const run = await runAgainst(() => fault)
    expectReviewed(run.scene, run.result, [warning])
    expect(pushWarnings(run.result)[0]).toMatch(/metrics/i)
    expect(run.msAfterReview).toBeLessThan(6_000)
  })

  test('and is not there at all: one warning that says so, at once', async () => {
    await using scene = await startScene()
    const gateway = await startPushgateway()
    await gateway[Symbol.asyncDispose]()
    const result = await scene.run(pushingTo(gateway))
    expectReviewed(scene, result, [/could not be reached.*ECONNREFUSED.*`pushgateway-url`/])
    expect(result.durationMs).toBeLessThan(6_000)
  })

  test.each([301, 302, 307, 308])(
    'with a %i elsewhere: nobody follows, and the warning says where to',
    async (status) => {
      await using elsewhere = await startPushgateway()
      await using trap = await startRelay(elsewhere.url)
      const location = `${trap.url}/login?token=secret`
      const run = await runAgainst(() => ({ kind: 'answer', status, headers: { location } }))
      expectReviewed(run.scene, run.result, [new RegExp(`redirects to ${trap.url}.*${status}`)])
      expect(run.result.stdout).not.toContain('token=secret')
      expect(trap.requests).toEqual([])
    },
  )

  test('only for writes of the metrics: the sums of earlier runs stay, and the next run adds to them', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    await using relay = await startRelay(gateway.url)
    const first = await scene.run(pushingTo(relay))
    await expectExactly(gateway, scene, [first])
    const before = await countedBy(gateway, groupOf(scene))
    relay.behave = (request) => (isGroupWrite(request) ? { kind: 'answer', status: 507, body: 'full' } : pass)
    const full = { inputs: { scope: 'full' } }
    const second = await scene.run(pushingTo(relay, full))
    expect(pushWarnings(second)).toEqual([expect.stringMatching(/507/)])
    expect(await countedBy(gateway, groupOf(scene))).toEqual(before)
  })
})
