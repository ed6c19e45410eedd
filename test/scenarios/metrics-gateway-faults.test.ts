import { describe, expect, test } from 'vitest'
import type { ActionResult } from '../run-action.ts'
import { isMissing } from '../servers/installed.ts'
import { startPushgateway } from '../servers/pushgateway.ts'
import { type Behave, type Behaviour, pass, type RelayedRequest, startRelay } from '../servers/relay.ts'
import {
  countedBy,
  expectedCounts,
  expectExactly,
  groupOf,
  isGroupWrite,
  locks,
  pushingTo,
  pushWarnings,
  runOnNew,
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

/** One run on its own servers, with somebody between it and its gateway. */
async function runAgainst(behave: Behave) {
  await using scene = await startScene()
  await using gateway = await startPushgateway()
  await using relay = await startRelay(gateway.url, behave)
  const result = await scene.run(pushingTo(relay))
  const asked = scene.model.requests[0]?.at ?? Number.NaN
  const posted = lastRequestAt(scene)
  const [msToModel, msToPost] = [asked - (relay.requests[0]?.at ?? 0), posted - asked]
  return { scene, result, msToModel, msToPost, msAfterPost: Date.now() - posted }
}

/** The review is posted by the last request to GitHub. */
function lastRequestAt({ github }: Scene): number {
  return github.requests.at(-1)?.at.getTime() ?? 0
}

/** A gateway's silence is listened to for 4.2 s: so much longer would take whoever waited for it. */
const notDelayedMs = 4_000
/** Silence, a last word, and the end of the process, on a machine that others use, too. */
const delayMs = 12_000

const steps: readonly { step: string; nth: number; isStep: (request: RelayedRequest) => boolean }[] = [
  { step: 'its first read', nth: 1, isStep: ({ method }) => method === 'GET' },
  { step: 'its first lock', nth: 1, isStep: ({ method }) => method === 'PUT' },
  { step: 'its second lock', nth: 2, isStep: ({ method }) => method === 'PUT' },
  { step: 'a read with a lock', nth: 3, isStep: ({ method }) => method === 'GET' },
  { step: 'the write of its metrics', nth: 1, isStep: isGroupWrite },
]
const hangs = [
  ...steps.map((step) => ({ ...step, which: 'ignored', forward: false })),
  ...steps.slice(1, 3).map((step) => ({ ...step, which: 'taken', forward: true })),
  ...steps.slice(-1).map((step) => ({ ...step, which: 'taken', forward: true })),
]

describe
  .skipIf(isMissing('prometheus-pushgateway'))
  .concurrent('a gateway that does not answer any more', () => {
    test.each(hangs)('from $step on, which is $which, delays a run by seconds only', async (hang) => {
      let seen = 0
      const run = await runAgainst((request) => {
        if (hang.isStep(request)) seen++
        return seen >= hang.nth ? { kind: 'hang', forward: hang.forward } : pass
      })
      expectReviewed(run.scene, run.result, [/metrics.*did not answer in time/i])
      expect(run.msToModel).toBeLessThan(notDelayedMs)
      expect(run.msToPost).toBeLessThan(notDelayedMs)
      expect(run.msAfterPost).toBeLessThan(delayMs)
    })

    test.each([true, false])(
      'to writes of its sums alone (taken: %s) delays a run by seconds only',
      async (forward) => {
        const run = await runAgainst((request) => (isGroupWrite(request) ? { kind: 'hang', forward } : pass))
        expect(run.result.exitCode).toBe(0)
        expect(pushWarnings(run.result).length).toBeLessThanOrEqual(1)
        expect(run.msAfterPost).toBeLessThan(delayMs)
      },
    )

    test('or does so with headers and no body', async () => {
      const run = await runAgainst(() => ({ kind: 'stall' }))
      expectReviewed(run.scene, run.result, [/metrics.*did not answer in time/i])
      expect(run.msAfterPost).toBeLessThan(delayMs)
    })

    test('once all is said and done is not even mentioned', async () => {
      await using scene = await startScene()
      await using gateway = await startPushgateway()
      await using relay = await startRelay(gateway.url, ({ method }) =>
        method === 'DELETE' ? { kind: 'hang' } : pass,
      )
      const result = await scene.run(pushingTo(relay))
      expectReviewed(scene, result, [])
      expect(await countedBy(gateway, groupOf(scene))).toEqual(expectedCounts(scene, [result]))
    })
  })

describe.skipIf(isMissing('prometheus-pushgateway')).concurrent('a gateway that fails once', () => {
  /** Every request of a push is hit by two of them. */
  const onceFailing: readonly { name: string; fault: Behaviour; from: 0 | 1 }[] = [
    { name: 'an answer lost with the connection', fault: { kind: 'reset', forward: true }, from: 0 },
    { name: 'a connection that dies at once', fault: { kind: 'reset' }, from: 1 },
    { name: 'a 500 after the work was done', fault: { kind: 'answer', status: 500, forward: true }, from: 1 },
    { name: 'a 503', fault: { kind: 'answer', status: 503 }, from: 0 },
  ]

  test.each(onceFailing)('$name costs nothing and counts nothing twice', async ({ fault, from }) => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    await using relay = await startRelay(gateway.url)
    const results = await runOnNew(scene, 1, pushingTo(relay))
    let asked = 0
    for (let failing = from; failing <= Math.max(asked, 1); failing += 2) {
      const first = relay.requests.length
      relay.behave = ({ index }) => (index === first + failing ? fault : pass)
      const more = await runOnNew(scene, 1, pushingTo(relay))
      results.push(...more)
      asked = Math.max(asked, relay.requests.length - first - 1)
      expect(more.flatMap(pushWarnings), `failing at request ${failing}`).toEqual([])
      const counted = withoutPushRetries(await countedBy(gateway, groupOf(scene)))
      expect(counted, `failing at request ${failing}`).toEqual(expectedCounts(scene, results))
      // A write that may still land leaves its lock until that is stale.
      for (const lock of await locks(gateway)) await gateway.delete(lock)
    }
    expect(asked).toBeGreaterThan(4)
  })
})

describe.skipIf(isMissing('prometheus-pushgateway')).concurrent('a gateway that always fails', () => {
  const alwaysFailing: readonly (readonly [string, Behaviour, RegExp])[] = [
    ['with 401', { kind: 'answer', status: 401, body: 'Unauthorized\n' }, /401.*`pushgateway-username`/],
    ['with 404', { kind: 'answer', status: 404, body: '404 page not found' }, /404.*`pushgateway-url`/],
    ['with 500', { kind: 'answer', status: 500, body: 'disk full' }, /500: disk full/],
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
    expect(run.msAfterPost).toBeLessThan(delayMs)
  })

  test('and is not there at all: one warning that says so, at once', async () => {
    await using scene = await startScene()
    const gateway = await startPushgateway()
    await gateway[Symbol.asyncDispose]()
    const result = await scene.run(pushingTo(gateway))
    expectReviewed(scene, result, [/could not be reached.*ECONNREFUSED.*`pushgateway-url`/])
    expect(Date.now() - lastRequestAt(scene)).toBeLessThan(notDelayedMs)
  })

  test.each([302, 308])(
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
