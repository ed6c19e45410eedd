import { startLoopback } from '../loopback/start.ts'
import { emptyProcess } from '../loopback/usage.ts'
import { median, rounded, table } from '../numbers.ts'
import { described, ordinary } from './sizes.ts'

const rounds = 15

type Start = {
  readonly gitHubMs: number | null
  readonly modelMs: number | null
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakBytes: number
}

/** How long the bundle takes to get going and what a whole review takes of the machine, beside an empty process. */
export async function start(): Promise<string> {
  await using loopback = await startLoopback({ kind: 'generated', ...ordinary })
  const empty: Start[] = []
  const bundle: Start[] = []
  for (let round = 0; round <= rounds; round++) {
    const { wallMs, usage } = await emptyProcess()
    const run = await loopback.review()
    // The first fills the caches of the file system.
    if (round === 0) continue
    empty.push({ gitHubMs: null, modelMs: null, wallMs, ...usage })
    const after = (at: number | undefined) => (at ?? Number.NaN) - run.startedAtMs
    bundle.push({
      gitHubMs: after(run.traffic.gitHub[0]?.arrivedAtMs),
      modelMs: after(run.traffic.model[0]?.arrivedAtMs),
      wallMs: run.wallMs,
      ...run.usage,
    })
  }
  const head = ['', 'first request to GitHub', 'to the model', 'all of it', 'processor', 'peak memory']
  return [
    `A review of ${described(ordinary)}, the model answers at once; medians of ${rounds} rounds in turns:`,
    table([
      head,
      row('an empty process', empty),
      row('the review', bundle),
      ratios(empty, bundle),
      ['target', '≤ 100 ms', '', '', '≤ 0.25 s', '≤ 100 MB'],
    ]),
  ].join('\n')
}

function row(name: string, starts: readonly Start[]): string[] {
  const ms = (value: number | null) => (value === null ? '' : `${rounded(value)} ms`)
  const { gitHubMs, modelMs, wallMs, cpuMs, peakBytes } = middle(starts)
  return [
    ...[name, ms(gitHubMs), ms(modelMs), ms(wallMs)],
    ...[`${rounded(cpuMs / 1000, 2)} s`, `${rounded(peakBytes / 1e6)} MB`],
  ]
}

/** Of the same round each, so that a busy moment of the machine is in both. */
function ratios(empty: readonly Start[], bundle: readonly Start[]): string[] {
  const ratio = (of: (start: Start) => number | null, by: (start: Start) => number) => {
    const all = bundle.map((start, round) => {
      const base = empty[round]
      return base === undefined ? Number.NaN : (of(start) ?? Number.NaN) / by(base)
    })
    return `${rounded(median(all), 1)} ×`
  }
  const wall = ({ wallMs }: Start) => wallMs
  return [
    'of the empty process',
    ratio(({ gitHubMs }) => gitHubMs, wall),
    ratio(({ modelMs }) => modelMs, wall),
    ratio(wall, wall),
    ...[({ cpuMs }: Start) => cpuMs, ({ peakBytes }: Start) => peakBytes].map((of) => ratio(of, of)),
  ]
}

function middle(starts: readonly Start[]): Start {
  const of = (value: (start: Start) => number | null) =>
    starts.every((start) => value(start) === null) ? null : median(starts.map((one) => value(one) ?? 0))
  return {
    gitHubMs: of(({ gitHubMs }) => gitHubMs),
    modelMs: of(({ modelMs }) => modelMs),
    wallMs: median(starts.map(({ wallMs }) => wallMs)),
    cpuMs: median(starts.map(({ cpuMs }) => cpuMs)),
    peakBytes: median(starts.map(({ peakBytes }) => peakBytes)),
  }
}
