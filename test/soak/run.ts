import { isMissing } from '../servers/installed.ts'
import { soakForgeries } from './soak-forgeries.ts'
import type { Engine } from './replicas.ts'
import { soakKills } from './soak-kills.ts'

const { SOAK_SEED, SOAK_KILLS = '200', SOAK_FORGERIES = '10000' } = process.env
const seed = Number(SOAK_SEED ?? Math.floor(Math.random() * 2 ** 32))

const print = (text: string) => process.stdout.write(`${text}\n`)

// Servers are stopped when this process exits, which a signal alone would not be.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => process.exit(1))

async function forgeries(): Promise<boolean> {
  const count = Number(SOAK_FORGERIES)
  const { genuine, refused, accepted, queued, logged } = await soakForgeries(seed, count)
  const kinds = [...new Set(accepted)].map((kind) => `  ${kind}`)
  print(
    `${count} forged deliveries, ${accepted.length} accepted; ${genuine} genuine ones, ${queued} jobs queued`,
  )
  if (accepted.length > 0) print(kinds.join('\n'))
  return refused === count && genuine > 0 && queued === genuine && logged === genuine
}

async function kills(engine: Engine): Promise<boolean> {
  const count = Number(SOAK_KILLS)
  const killed = (done: number) => done % 10 === 0 && process.stderr.write('.')
  const report = await soakKills({ seed, kills: count, engine, killed })
  process.stderr.write('\n')
  const { pullRequests, heads, reviews, problems, logs } = report
  print(`${count} kills (${engine}): ${pullRequests} pull requests, ${heads} heads, ${reviews} reviews`)
  if (problems.length === 0) print('  every last head has one review; none is lost, doubled or pending')
  else print([...problems.map((problem) => `  ${problem}`), `  The servers' logs: ${logs}`].join('\n'))
  return problems.length === 0
}

print(`SOAK_SEED=${seed} decides the same again; what it meets depends on the moment.`)
const results = [await forgeries(), await kills('embedded')]
if (!isMissing('redis-server')) results.push(await kills('Redis'))
process.exit(results.every((isFine) => isFine) ? 0 : 1)
