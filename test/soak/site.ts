import {
  type SimulatedGitHub,
  type SimulatedInstallation,
  type SimulatedRepository,
  startGitHub,
} from '../simulators/github/index.ts'
import { type ModelServer, planted, plantedReviewer, startModelServer } from '../simulators/model/index.ts'
import { app } from '../servers/app-server.ts'
import type { SeededRandom } from './seeded-random.ts'

/** GitHub with a repository that the App is installed on, and a model that takes its time. */
export type Site = AsyncDisposable & {
  readonly gitHub: SimulatedGitHub
  readonly model: ModelServer
  readonly repository: SimulatedRepository
  readonly installation: SimulatedInstallation
}

const longestAnswerMs = 400
const permissions = { checks: 'write', contents: 'read', metadata: 'read', pull_requests: 'write' } as const

const finding = planted({
  path: 'src/price.ts',
  quote: 'return String(euros)',
  title: 'Prices lose their cents',
})

/** What a pull request changes first. */
export const price = { before: priceOf('euros.toFixed(2)'), after: priceOf('String(euros)') }

function priceOf(rounded: string): string {
  return `export function price(cents: number): string {\n  const euros = cents / 100\n  return ${rounded}\n}\n`
}

export async function startSite(random: SeededRandom): Promise<Site> {
  const reviewer = plantedReviewer([finding])
  const answer = (request: Parameters<typeof reviewer>[0]) => ({
    ...reviewer(request),
    latencyMs: random.below(longestAnswerMs),
  })
  const [gitHub, model] = await Promise.all([startGitHub(), startModelServer({ answer })])
  const repository = await gitHub.createRepository({ name: 'shop', files: { 'src/price.ts': price.before } })
  const { appId, slug, publicKey } = app
  const repositories = [repository.fullName]
  const installation = gitHub.installApp({ appId, slug, publicKey, repositories, permissions })
  return {
    ...{ gitHub, model, repository, installation },
    async [Symbol.asyncDispose]() {
      await Promise.all([gitHub.close(), model.close()])
    },
  }
}
