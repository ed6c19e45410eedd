import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { isMissing } from '../../servers/installed.ts'
import { type Acceptance, measureAcceptance } from '../acceptance.ts'
import { embedded, onRedis, probot } from '../contestants.ts'
import { median, rounded, table } from '../numbers.ts'

/** How many deliveries the App server takes, beside Probot. */
export async function webhook(): Promise<string> {
  const contestants = [probot, embedded, ...(isMissing('redis-server') ? [] : [onRedis])]
  const results = await measureAcceptance(contestants)
  const head = ['', 'accepted/s', 'of Probot', 'p99 at half of Probot', 'p99 at half of its own']
  const rows = results.map((one) => row(one, results[0]?.perSecond ?? []))
  return [
    `Deliveries of pull_request, each a review to queue (Probot ${probotVersion()}; medians of rounds in turns):`,
    table([head, ...rows]),
  ].join('\n')
}

function row({ name, perSecond, p99Ms, ownP99Ms }: Acceptance, base: readonly number[]): string[] {
  const ratio = median(perSecond.map((rate, round) => rate / (base[round] ?? Number.NaN)))
  const ms = (values: readonly number[]) => `${rounded(median(values), 1)} ms`
  return [name, rounded(median(perSecond)), `${rounded(ratio, 2)} ×`, ms(p99Ms), ms(ownP99Ms)]
}

function probotVersion(): string {
  const file = readFileSync(new URL('../node_modules/probot/package.json', import.meta.url), 'utf8')
  return v.parse(v.object({ version: v.string() }), JSON.parse(file)).version
}
