import { mergeBase } from '../git/read-git.ts'
import { runGit } from '../git/run-git.ts'
import type { PullRequest } from '../state.ts'
import { GitHubError } from './errors.ts'
import { paginated } from './paginate.ts'
import { representCommit } from './represent/commit.ts'
import { representDiffEntry } from './represent/diff-entry.ts'
import { representPull } from './represent/pull-request.ts'
import { type Answer, ok, pullOf, type Route } from './route.ts'

/** Source: GitHub REST, "List pull requests files" and "List commits on a pull request". */
const mostFiles = 3000
const mostCommits = 250

export const pullRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/pulls/{pull_number}',
    permissions: ['pull_requests:read', 'contents:read'],
    handle: (call) => {
      const pull = pullOf(call)
      const media = /application\/vnd\.github\.(?:v3\.)?(diff|patch)/.exec(call.accept)?.[1]
      return media === undefined ? ok(representPull(call.world, pull)) : diffOf(pull, media)
    },
  },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/pulls/{pull_number}/files',
    permissions: ['pull_requests:read'],
    handle: (call) => {
      const pull = pullOf(call)
      const repository = pull.headRepository ?? pull.repository
      const withoutPatch = new Set([...pull.tooLarge, ...pathsBeyond(pull)])
      return paginated(call, pull.files.slice(0, mostFiles), (file) =>
        representDiffEntry(call.world, repository, file, pull.headSha, withoutPatch),
      )
    },
  },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/pulls/{pull_number}/commits',
    permissions: ['pull_requests:read'],
    handle: (call) => {
      const pull = pullOf(call)
      return paginated(call, pull.commits.slice(0, mostCommits), (commit) =>
        representCommit(call.world, pull.repository, commit),
      )
    },
  },
]

/** The files that are listed after enough others. */
function pathsBeyond({ files, noPatchBeyond }: PullRequest): readonly string[] {
  let lines = 0
  const first = files.findIndex((file, index) => {
    const beyond = index >= noPatchBeyond.files || lines >= noPatchBeyond.lines
    lines += file.additions + file.deletions
    return beyond
  })
  return first === -1 ? [] : files.slice(first).map(({ filename }) => filename)
}

/** The raw diff, within the limits of GitHub docs, "Repository limits"; beyond them GitHub answers 406. */
async function diffOf(pull: PullRequest, media: string): Promise<Answer> {
  if (pull.files.length > 300) throw tooLarge('the maximum number of files (300)')
  const { gitDir } = pull.repository
  const from = (await mergeBase(gitDir, pull.baseSha, pull.headSha)) ?? pull.baseSha
  const args =
    media === 'diff'
      ? ['diff', '-M', '--full-index', `${from}..${pull.headSha}`]
      : ['format-patch', '-M', '--stdout', `${from}..${pull.headSha}`]
  const content = await runGit(gitDir, args)
  if (content.toString().split('\n').length > 20_000) throw tooLarge('the maximum number of lines (20000)')
  return { status: 200, text: { content, type: `application/vnd.github.v3.${media}; charset=utf-8` } }
}

function tooLarge(limit: string): GitHubError {
  return new GitHubError(406, {
    message: `Sorry, the diff exceeded ${limit}. Consider using 'List pull requests files' API or locally cloning the repository instead.`,
    errors: [{ resource: 'PullRequest', field: 'diff', code: 'too_large' }],
    documentation_url: 'https://docs.github.com/rest/pulls/pulls#list-pull-requests-files',
  })
}
