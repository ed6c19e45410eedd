import { account, actionsBot } from '../accounts.ts'
import type { AppIdentity } from '../app-state.ts'
import { type CheckRun, latestRuns } from '../checks/check-run.ts'
import { refusalOf } from '../checks/check-rules.ts'
import { addCheckRun, changeCheckRun } from '../checks/write-check-run.ts'
import { type GitCommit, readCommit } from '../git/read-git.ts'
import { text } from '../json.ts'
import type { Repository } from '../state.ts'
import { commitNamed } from './compare.ts'
import { GitHubError, notFound } from './errors.ts'
import { pageOf, paginated } from './paginate.ts'
import { representAnnotations, representCheckRun } from './represent/check-run.ts'
import { type Call, ok, type Route, repositoryOf, viewerToken } from './route.ts'

const all = '/repos/{owner}/{repo}/check-runs'
const one = `${all}/{check_run_id}`

/** Source: GitHub REST, "Check runs". Only apps may write them, and each only its own. */
export const checkRunRoutes: readonly Route[] = [
  {
    method: 'POST',
    template: all,
    permissions: ['checks:write'],
    handle: async (call) => {
      const { world, body } = call
      const repository = repositoryOf(call)
      const app = writingApp(call)
      const refusal = refusalOf(body)
      if (refusal) throw refusal
      const commit = await commitOf(repository, text(body, 'head_sha') ?? '')
      const run = addCheckRun(world, repository, app, commit, body)
      return { status: 201, json: representCheckRun(world, run) }
    },
  },
  {
    method: 'PATCH',
    template: one,
    permissions: ['checks:write'],
    handle: (call) => {
      const run = checkRunOf(call)
      const owner = run.suite.app.id
      if (writingApp(call).id !== owner) {
        const message = `Invalid app_id \`${owner}\` - check run can only be modified by the GitHub App that created it.`
        throw new GitHubError(403, { message })
      }
      const refusal = refusalOf(call.body)
      if (refusal) throw refusal
      changeCheckRun(call.world, run, call.body)
      return ok(representCheckRun(call.world, run))
    },
  },
  {
    method: 'GET',
    template: one,
    permissions: ['checks:read'],
    handle: (call) => ok(representCheckRun(call.world, checkRunOf(call))),
  },
  {
    method: 'GET',
    template: `${one}/annotations`,
    permissions: ['checks:read'],
    handle: (call) =>
      paginated(call, representAnnotations(call.world, checkRunOf(call)), (annotation) => annotation),
  },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/commits/{ref}/check-runs',
    permissions: ['checks:read'],
    handle: async (call) => {
      const repository = repositoryOf(call)
      const sha = await commitNamed(repository, call.parameters.ref)
      const runs = repository.checkSuites
        .filter((suite) => suite.headSha === sha)
        .flatMap((suite) => suite.runs)
      const shown = call.query.get('filter') === 'all' ? runs : latestRuns(runs)
      const asked = shown.filter((run) => isAsked(run, call.query)).sort((a, b) => b.id - a.id)
      const { page, headers } = pageOf(call, asked)
      const check_runs = page.map((run) => representCheckRun(call.world, run))
      return ok({ total_count: asked.length, check_runs }, headers)
    },
  },
]

/** A full SHA; asks git only about commits that no pull request has. */
async function commitOf(repository: Repository, sha: string): Promise<GitCommit> {
  const pulls = [...repository.pulls.values()]
  const known = pulls.flatMap(({ commits }) => commits).find((commit) => commit.sha === sha)
  if (known) return known
  if ((await repository.objects.find(`${sha}^{commit}`))?.oid !== sha) {
    throw new GitHubError(422, { message: `No commit found for SHA: ${sha}` })
  }
  return readCommit(repository.gitDir, sha)
}

function isAsked(run: CheckRun, query: URLSearchParams): boolean {
  const wanted = (name: string, value: string) => !query.has(name) || query.get(name) === value
  return (
    wanted('check_name', run.name) &&
    wanted('status', run.status) &&
    wanted('app_id', String(run.suite.app.id))
  )
}

function checkRunOf(call: Call): CheckRun {
  const runs = repositoryOf(call).checkSuites.flatMap((suite) => suite.runs)
  const run = runs.find(({ id }) => String(id) === call.parameters.check_run_id)
  if (!run) throw notFound()
  return run
}

/** The app whose token this is. `GITHUB_TOKEN` is one of GitHub Actions, whose id is the one it has on github.com. */
function writingApp(call: Call): AppIdentity {
  const { account: bot, permissions, installation } = viewerToken(call)
  if (permissions === null) throw new GitHubError(403, { message: 'You must authenticate via a GitHub App.' })
  if (installation) return installation.app
  const owner = account(call.world, { login: 'github', type: 'Organization' })
  const id = bot.login === actionsBot.login ? 15368 : bot.id
  return { id, slug: bot.login.replace('[bot]', ''), owner, permissions }
}
