import type { Pace } from '../loopback/protocol.ts'
import { type Loopback, type Measured, startLoopback } from '../loopback/start.ts'
import type { Exchange } from '../loopback/traffic.ts'
import { median, rounded, table } from '../numbers.ts'
import { described, large, ordinary, patchesEnd, unlimited, veryLarge } from './sizes.ts'

const rounds = 3
const concurrency = 6
const latencies = [0, 200, 1_000]
/** A model that takes its time for each token, and a GitHub that is far away. */
const slow = { latencyMs: 500, msPerToken: 10, gitHubLatencyMs: 100 }

type Case = { readonly name: string; readonly loopback: Loopback; readonly pace: Partial<Pace> }

/** Where the time of one run went. What is before the model and after it adds up with the model's own to the whole. */
type Wall = {
  readonly requests: number
  readonly idealMs: number
  readonly wallMs: number
  readonly beforeMs: number
  readonly afterMs: number
  readonly gitHubMs: number
  readonly cpuMs: number
  readonly peakBytes: number
}

/** How long a review takes beside what nobody could do faster with as many requests at once. */
export async function wall(): Promise<string> {
  await using small = await startLoopback({ kind: 'generated', ...ordinary })
  await using middle = await startLoopback({ kind: 'generated', ...large })
  await using big = await startLoopback({ kind: 'generated', ...veryLarge, patchesEnd })
  const sized = [
    { name: described(ordinary), loopback: small },
    { name: described(large), loopback: middle },
    { name: described(veryLarge), loopback: big },
  ]
  const cases: readonly Case[] = [
    ...sized.flatMap((one) => latencies.map((latencyMs) => ({ ...one, pace: { latencyMs } }))),
    { name: `${described(large)}, slow`, loopback: middle, pace: slow },
  ]
  const walls = cases.map((): Wall[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, { loopback, pace }] of cases.entries()) {
      const run = await loopback.review(pace, { ...unlimited, concurrency: String(concurrency) })
      walls[index]?.push(explained(run, pace))
      process.stderr.write('.')
    }
  }
  process.stderr.write('\n')
  const head = [
    ...['', 'a request', 'requests', 'ideal', 'wall', 'of the ideal'],
    ...['before the model', 'after it', 'GitHub in these', 'processor', 'peak memory'],
  ]
  const rows = cases.map(({ name, pace }, index) => row(name, pace, walls[index] ?? []))
  return [
    `Whole runs, ${concurrency} requests at once; ideal: a request's time × ⌈requests ÷ ${concurrency}⌉; medians of ${rounds} rounds in turns:`,
    table([head, ...rows]),
    `  slow: GitHub takes ${slow.gitHubLatencyMs} ms, the model ${slow.latencyMs} ms and ${slow.msPerToken} ms a token. Targets: 320 files at 1,000 ms within 1.10 of the ideal and 300 MB, slow within 25 s.\n`,
  ].join('\n')
}

function explained({ startedAtMs, wallMs, usage, traffic }: Measured, pace: Partial<Pace>): Wall {
  const answered = traffic.model.map((one) => (one.answeredAtMs ?? Number.NaN) - one.arrivedAtMs)
  const firstAskedAt = Math.min(...traffic.model.map(({ arrivedAtMs }) => arrivedAtMs))
  const lastAnsweredAt = Math.max(...traffic.model.map(({ answeredAtMs }) => answeredAtMs ?? Number.NaN))
  const oneMs = pace.msPerToken === undefined ? (pace.latencyMs ?? 0) : median(answered)
  return {
    requests: traffic.model.length,
    idealMs: oneMs * Math.ceil(traffic.model.length / concurrency),
    wallMs,
    beforeMs: firstAskedAt - startedAtMs,
    afterMs: startedAtMs + wallMs - lastAnsweredAt,
    gitHubMs: busyMs(
      traffic.gitHub.filter((one) => one.arrivedAtMs < firstAskedAt || one.arrivedAtMs > lastAnsweredAt),
    ),
    ...usage,
  }
}

/** How long at least one of them was being answered. */
function busyMs(exchanges: readonly Exchange[]): number {
  let sum = 0
  let until = Number.NEGATIVE_INFINITY
  for (const { arrivedAtMs, answeredAtMs } of exchanges.toSorted((a, b) => a.arrivedAtMs - b.arrivedAtMs)) {
    const end = answeredAtMs ?? arrivedAtMs
    sum += Math.max(0, end - Math.max(until, arrivedAtMs))
    until = Math.max(until, end)
  }
  return sum
}

function row(name: string, pace: Partial<Pace>, walls: readonly Wall[]): string[] {
  const middle = (of: (wall: Wall) => number) => median(walls.map(of))
  const seconds = (of: (wall: Wall) => number) => `${rounded(middle(of) / 1000, 2)} s`
  const ideal = middle(({ idealMs }) => idealMs)
  return [
    name,
    pace.msPerToken === undefined ? `${rounded(pace.latencyMs ?? 0)} ms` : `${pace.msPerToken} ms/token`,
    rounded(middle(({ requests }) => requests)),
    seconds(({ idealMs }) => idealMs),
    seconds(({ wallMs }) => wallMs),
    ideal === 0
      ? ''
      : `${rounded(
          middle(({ wallMs, idealMs }) => wallMs / idealMs),
          2,
        )} ×`,
    seconds(({ beforeMs }) => beforeMs),
    seconds(({ afterMs }) => afterMs),
    seconds(({ gitHubMs }) => gitHubMs),
    seconds(({ cpuMs }) => cpuMs),
    `${rounded(middle(({ peakBytes }) => peakBytes) / 1e6)} MB`,
  ]
}
