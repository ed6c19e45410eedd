import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDeadEnd } from '../servers/dead-end.ts'
import { type Contestant, type Place, probot, webhookSecret } from './contestants.ts'
import { type SignedDelivery, signedDeliveries } from './deliveries.ts'
import { sendAll, sendPaced } from './load.ts'
import { median, quantile } from './numbers.ts'

const rounds = 5
const pacedRounds = 3
/** Until V8 has compiled what is hot; not measured. */
const warmUp = 2_000
const measured = 5_000

export type Acceptance = {
  readonly name: string
  /** One for each round. */
  readonly perSecond: readonly number[]
  /** 99 % were acknowledged faster, at half of what Probot accepts; one for each round. */
  readonly p99Ms: readonly number[]
  /** The same at half of what it accepts itself. */
  readonly ownP99Ms: readonly number[]
}

/** In turns, so that whatever else the machine does meets all of them. Each round has fresh servers. */
export async function measureAcceptance(contestants: readonly Contestant[]): Promise<readonly Acceptance[]> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'patchpilot-bench-'))
  await using deadEnd = await startDeadEnd()
  const place = { folder: folder.path, deadEnd: deadEnd.url }
  const deliveries = signedDeliveries(warmUp + measured, webhookSecret)
  const rates = await inTurns(contestants, rounds, async (contestant) => {
    const { perSecond } = await measure(contestant, place, deliveries, sendAll)
    return perSecond
  })
  const halfOf = (contestant: Contestant) => median(rates.get(contestant) ?? []) / 2
  const p99 = (paceOf: (contestant: Contestant) => number) =>
    inTurns(contestants, pacedRounds, async (contestant) => {
      const paced: typeof sendAll = (url, all) => sendPaced(url, all, paceOf(contestant))
      const { latenciesMs } = await measure(contestant, place, deliveries, paced)
      return quantile(latenciesMs, 0.99)
    })
  const [delays, ownDelays] = [await p99(() => halfOf(probot)), await p99(halfOf)]
  return contestants.map((contestant) => ({
    name: contestant.name,
    perSecond: rates.get(contestant) ?? [],
    p99Ms: delays.get(contestant) ?? [],
    ownP99Ms: ownDelays.get(contestant) ?? [],
  }))
}

async function measure(
  contestant: Contestant,
  place: Place,
  deliveries: readonly SignedDelivery[],
  send: typeof sendAll,
) {
  await using server = await contestant.start(place)
  await sendAll(server.webhookUrl, deliveries.slice(0, warmUp))
  // Awaited here: the server is stopped at the end of this block.
  return await send(server.webhookUrl, deliveries.slice(warmUp))
}

async function inTurns(
  contestants: readonly Contestant[],
  times: number,
  measureOnce: (contestant: Contestant) => Promise<number>,
): Promise<ReadonlyMap<Contestant, readonly number[]>> {
  const results = new Map<Contestant, number[]>(contestants.map((contestant) => [contestant, []]))
  for (let round = 1; round <= times; round++) {
    for (const [contestant, values] of results) values.push(await measureOnce(contestant))
    process.stderr.write('.')
  }
  process.stderr.write('\n')
  return results
}
