import { diffCommits } from '../git/diff-commits.ts'
import { listCommits, mergeBase, readCommit } from '../git/read-git.ts'
import type { Repository } from '../state.ts'
import { notFound } from './errors.ts'
import { pageOf } from './paginate.ts'
import { representCommit } from './represent/commit.ts'
import { representDiffEntry } from './represent/diff-entry.ts'
import { repositoryPage, repositoryUrl } from './represent/repository.ts'
import { ok, type Route, repositoryOf } from './route.ts'

/** Source: GitHub REST, "Compare two commits": without pages 250 commits; never more than 300 files, on page 1. */
const mostCommits = 250
const mostFiles = 300

export const compareRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/compare/{basehead}',
    permissions: ['contents:read'],
    handle: async (call) => {
      const { world } = call
      const repository = repositoryOf(call)
      const [baseName, headName] = (call.parameters.basehead ?? '').split('...')
      const base = await commitNamed(repository, baseName)
      const head = await commitNamed(repository, headName)
      const { gitDir } = repository
      const from = await mergeBase(gitDir, base, head)
      if (from === null) throw notFound()
      const paging = call.query.has('page') || call.query.has('per_page')
      const showFiles = !paging || Number(call.query.get('page') ?? 1) === 1
      const [ahead, behind, files, baseCommit, fromCommit] = await Promise.all([
        listCommits(gitDir, base, head),
        listCommits(gitDir, head, base),
        showFiles ? diffCommits(gitDir, `${base}...${head}`) : null,
        readCommit(gitDir, base),
        readCommit(gitDir, from),
      ])
      const { page, headers } = paging
        ? pageOf(call, ahead)
        : { page: ahead.slice(-mostCommits), headers: {} }
      const range = call.parameters.basehead
      const shownFiles = files
        ?.slice(0, mostFiles)
        .map((file) => representDiffEntry(world, repository, file, head))
      return ok(
        {
          url: `${repositoryUrl(world, repository)}/compare/${range}`,
          html_url: `${repositoryPage(world, repository)}/compare/${range}`,
          permalink_url: `${repositoryPage(world, repository)}/compare/${base}...${head}`,
          diff_url: `${repositoryPage(world, repository)}/compare/${range}.diff`,
          patch_url: `${repositoryPage(world, repository)}/compare/${range}.patch`,
          base_commit: representCommit(world, repository, baseCommit),
          merge_base_commit: representCommit(world, repository, fromCommit),
          status: statusOf(ahead.length, behind.length),
          ahead_by: ahead.length,
          behind_by: behind.length,
          total_commits: ahead.length,
          commits: page.map((commit) => representCommit(world, repository, commit)),
          ...(shownFiles ? { files: shownFiles } : {}),
        },
        headers,
      )
    },
  },
]

function statusOf(ahead: number, behind: number): string {
  if (ahead > 0 && behind > 0) return 'diverged'
  if (ahead > 0) return 'ahead'
  return behind > 0 ? 'behind' : 'identical'
}

/** A branch, `owner:branch` of a fork, or a SHA; commits of forks are known through `refs/pull`. */
export async function commitNamed(repository: Repository, name: string | undefined): Promise<string> {
  if (!name) throw notFound()
  const branch = repository.branches.get(name.replace(/^[^:]+:/, ''))
  const sha = branch ?? (await repository.objects.find(`${name}^{commit}`))?.oid
  if (sha === undefined) throw notFound()
  return sha
}
