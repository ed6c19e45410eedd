import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import * as v from 'valibot'
import { isMissing } from '../servers/installed.ts'
import { type Acceptance, measureAcceptance } from './acceptance.ts'
import { embedded, onRedis, probot } from './contestants.ts'
import { median, rounded, table } from './numbers.ts'
import { actionReviews, serverReviews } from './reviews.ts'

const serverCounts = [1, 4] as const
const reviewCount = 60

const print = (text: string) => process.stdout.write(`${text}\n`)

async function deliveries(): Promise<void> {
  const contestants = [probot, embedded, ...(isMissing('redis-server') ? [] : [onRedis])]
  const results = await measureAcceptance(contestants)
  const head = ['', 'accepted/s', 'of Probot', 'p99 at half of Probot', 'p99 at half of its own']
  const rows = results.map((one) => row(one, results[0]?.perSecond ?? []))
  print(
    `Deliveries of pull_request, each a review to queue (Probot ${probotVersion()}; medians of rounds in turns):`,
  )
  print(table([head, ...rows]))
}

function row({ name, perSecond, p99Ms, ownP99Ms }: Acceptance, base: readonly number[]): string[] {
  const ratio = median(perSecond.map((rate, round) => rate / (base[round] ?? Number.NaN)))
  const ms = (values: readonly number[]) => `${rounded(median(values), 1)} ms`
  return [name, rounded(median(perSecond)), `${rounded(ratio, 2)} ×`, ms(p99Ms), ms(ownP99Ms)]
}

function probotVersion(): string {
  const file = readFileSync(new URL('node_modules/probot/package.json', import.meta.url), 'utf8')
  return v.parse(v.object({ version: v.string() }), JSON.parse(file)).version
}

async function reviews(): Promise<void> {
  const rows = [['', 'reviews/s', 'for each worker']]
  for (const workers of serverCounts) {
    const perSecond = await serverReviews(workers, reviewCount)
    rows.push([`server, ${workers} at once`, rounded(perSecond, 1), rounded(perSecond / workers, 1)])
  }
  const perSecond = await actionReviews(reviewCount / 4)
  rows.push(['action, one run after the other', rounded(perSecond, 1), rounded(perSecond, 1)])
  print(
    'Whole reviews, with a model that answers at once (GitHub and the model are simulated on the same machine):',
  )
  print(table(rows))
}

print(`Node ${process.version}, ${availableParallelism()} cores, all of it on this machine.\n`)
await deliveries()
await reviews()
