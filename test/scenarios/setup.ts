import { expect } from 'vitest'
import { type ActionResult, type ActionRun, runAction } from '../run-action.ts'
import {
  type FileChanges,
  type GitHubOptions,
  type NewPullRequest,
  type NewRepository,
  type RecordedRequest,
  type SimulatedGitHub,
  type SimulatedPullRequest,
  type SimulatedRepository,
  startGitHub,
} from '../simulators/github/index.ts'
import {
  type ModelServer,
  type ModelServerOptions,
  type PlantedFinding,
  planted,
  plantedReviewer,
  startModelServer,
} from '../simulators/model/index.ts'

export type SceneOptions = {
  /** The base branch. */
  readonly before?: FileChanges
  /** What the pull request changes. */
  readonly after?: FileChanges
  /** What the model finds, as far as a request shows it. */
  readonly findings?: readonly PlantedFinding[]
  /** The model's server where planted findings are not enough. */
  readonly model?: Partial<ModelServerOptions>
  readonly github?: GitHubOptions
  readonly repository?: Omit<NewRepository, 'files'>
  readonly pullRequest?: Omit<NewPullRequest, 'files'>
}

export type SceneRun = Partial<ActionRun>

/** Both servers, a repository and its pull request. */
export type Scene = AsyncDisposable & {
  readonly github: SimulatedGitHub
  readonly model: ModelServer
  readonly repository: SimulatedRepository
  readonly pull: SimulatedPullRequest
  /** Runs the action on the pull request's `opened` event, unless told otherwise. */
  run(run?: SceneRun): Promise<ActionResult>
}

const price = (rounded: string) =>
  `export function price(cents: number): string {\n  const euros = cents / 100\n  return ${rounded}\n}\n`

/** One changed line, with one planted finding on it. */
export const small = {
  before: { 'src/price.ts': price('euros.toFixed(2)') },
  after: { 'src/price.ts': price('String(euros)') },
  findings: [
    planted({
      path: 'src/price.ts',
      quote: '  return String(euros)',
      start_line: 3,
      end_line: 3,
      title: 'Prices lose their cents',
    }),
  ],
} as const satisfies SceneOptions

/** To be held with `await using`: the end of the test's block closes both servers. */
export async function startScene(options: SceneOptions = {}): Promise<Scene> {
  const { before = small.before, after = small.after, findings = small.findings } = options
  const [github, model] = await Promise.all([
    startGitHub(options.github),
    startModelServer({ answer: plantedReviewer(findings), ...options.model }),
  ])
  const repository = await github.createRepository({ ...options.repository, files: before })
  const pull = await repository.openPullRequest({ ...options.pullRequest, files: after })
  return {
    github,
    model,
    repository,
    pull,
    run: (run = {}) =>
      runAction({
        event: { name: 'pull_request', payload: pull.event('opened') },
        github,
        ...run,
        inputs: { 'base-url': model.url, ...run.inputs },
      }),
    async [Symbol.asyncDispose]() {
      await Promise.all([github.close(), model.close()])
    },
  }
}

/** A run in which nothing went wrong between us and GitHub. */
export function expectCleanTraffic({ github }: Pick<Scene, 'github'>): void {
  expect(github.violations).toEqual([])
  expect(refusals(github)).toEqual([])
}

/** Requests that GitHub answered with a client error, as `METHOD path status`. */
export function refusals({ requests }: Pick<SimulatedGitHub, 'requests'>): string[] {
  return requests.filter(({ status }) => status !== null && status >= 400).map(line)
}

/** Everything that was sent to change something on GitHub, as `METHOD path status`. */
export function writes({ requests }: Pick<SimulatedGitHub, 'requests'>): string[] {
  return requests.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/graphql')).map(line)
}

function line({ method, path, status }: RecordedRequest): string {
  return `${method} ${path} ${status}`
}
