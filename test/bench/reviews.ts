import { setTimeout as sleep } from 'node:timers/promises'
import { runAction } from '../run-action.ts'
import { startServerScene } from '../scenarios/server-setup.ts'
import { small } from '../scenarios/setup.ts'
import type { SimulatedPullRequest, SimulatedRepository } from '../simulators/github/index.ts'

const warmUp = 10
const longestMs = 120_000

/** Reviews per second by a server with so many workers, whose model answers at once; check runs included. */
export async function serverReviews(workers: number, count: number): Promise<number> {
  await using scene = await startServerScene({ env: { WORKERS: String(workers) } })
  const reviewAll = async (pulls: readonly SimulatedPullRequest[]) => {
    const startedAt = performance.now()
    for (const pull of pulls) {
      const { status } = await scene.deliver('pull_request', pull.event('opened'))
      if (status !== 202) throw new Error(`a delivery was answered with ${status}`)
    }
    while (!pulls.every((pull) => pull.reviews().length > 0)) {
      if (performance.now() - startedAt > longestMs) throw new Error('some reviews never came')
      await sleep(5)
    }
    return (pulls.length / (performance.now() - startedAt)) * 1000
  }
  const pulls = await openPullRequests(scene.repository, warmUp + count)
  await reviewAll(pulls.slice(0, warmUp))
  return await reviewAll(pulls.slice(warmUp))
}

/** Reviews per second by the action, one run after the other. */
export async function actionReviews(count: number): Promise<number> {
  await using scene = await startServerScene()
  const pulls = await openPullRequests(scene.repository, count)
  const startedAt = performance.now()
  for (const pull of pulls) {
    const { exitCode, stdout } = await runAction({
      event: { name: 'pull_request', payload: pull.event('opened') },
      github: scene.github,
      inputs: { 'base-url': scene.model.url },
    })
    if (exitCode !== 0) throw new Error(`the action failed: ${stdout}`)
  }
  return (count / (performance.now() - startedAt)) * 1000
}

/** Each with a head of its own. */
async function openPullRequests(repository: SimulatedRepository, count: number) {
  const pulls: SimulatedPullRequest[] = []
  while (pulls.length < count) {
    const files = { ...small.after, 'src/number.ts': `export const number = ${pulls.length}\n` }
    pulls.push(await repository.openPullRequest({ files }))
  }
  return pulls
}
