import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Authors } from './authors.ts'
import { type Engine, Replicas, recoverySeconds } from './replicas.ts'
import { seededRandom } from './seeded-random.ts'
import { startSite } from './site.ts'
import { isReviewed, problemsOf, reviewsOf } from './verify.ts'

export type KillsOptions = {
  readonly seed: number
  readonly kills: number
  readonly engine: Engine
  readonly killed?: (count: number) => void
}

export type KillsReport = {
  readonly pullRequests: number
  readonly heads: number
  readonly reviews: number
  readonly problems: readonly string[]
  /** The folder with the servers' logs; it is left where there are problems. */
  readonly logs: string
}

const longestLifeMs = 2_500
const settleMs = 90_000

/** Kills servers again and again while people work, and looks at what GitHub has in the end. */
export async function soakKills({ seed, kills, engine, killed }: KillsOptions): Promise<KillsReport> {
  const random = seededRandom(seed)
  const another = () => seededRandom(random.below(2 ** 32))
  const logs = await mkdtemp(join(tmpdir(), 'patchpilot-kills-'))
  await using site = await startSite(another())
  await using replicas = await Replicas.start(site, engine, logs)
  const balancer = another()
  const authors = new Authors(site, another(), () => replicas.webhookUrl(balancer))
  const over = new AbortController()
  const working = authors.work(over.signal)
  for (let count = 1; count <= kills; count++) {
    await sleep(random.below(longestLifeMs))
    await replicas.killOne(random)
    killed?.(count)
  }
  over.abort()
  await working
  const deadline = performance.now() + settleMs
  while (!authors.all.every(isReviewed) && performance.now() < deadline) await sleep(50)
  // Whoever would do something twice does it now.
  await sleep(2 * recoverySeconds * 1_000)
  replicas.noteCrashes()
  const crashes = [...replicas.crashed].map((port) => `the server at port ${port} ended by itself`)
  const problems = [...problemsOf(authors.all, site.gitHub), ...crashes]
  if (problems.length === 0) await rm(logs, { recursive: true })
  const reviews = authors.all.flatMap((one) => one.heads.flatMap((head) => reviewsOf(one, head)))
  return {
    pullRequests: authors.all.length,
    heads: authors.all.flatMap((one) => one.heads).length,
    reviews: reviews.length,
    problems,
    logs,
  }
}
