import type { PullRequest } from '../state.ts'
import { paginated } from './paginate.ts'
import { representListedPull } from './represent/pull-request.ts'
import { type Route, repositoryOf } from './route.ts'

const monthMs = 30 * 24 * 60 * 60 * 1000

/** Source: GitHub REST, "List pull requests". */
export const pullListRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/pulls',
    permissions: ['pull_requests:read'],
    handle: (call) => {
      const { query, world } = call
      const sort = query.get('sort') ?? 'created'
      const direction = query.get('direction') ?? (sort === 'created' ? 'desc' : 'asc')
      const pulls = [...repositoryOf(call).pulls.values()]
        .filter((pull) => isAsked(pull, query))
        .filter((pull) => sort !== 'long-running' || isLongRunning(pull, world.now().getTime()))
        .sort((a, b) => comparedBy(sort, a, b))
      return paginated(call, direction === 'asc' ? pulls : pulls.reverse(), (pull) =>
        representListedPull(world, pull),
      )
    },
  },
]

function isAsked(pull: PullRequest, query: URLSearchParams): boolean {
  const state = query.get('state') ?? 'open'
  const head = query.get('head')
  const base = query.get('base')
  return (
    (state === 'all' || state === pull.state) &&
    (head === null || head === `${pull.headOwner.login}:${pull.headRef}`) &&
    (base === null || base === pull.baseRef)
  )
}

function comparedBy(sort: string, a: PullRequest, b: PullRequest): number {
  if (sort === 'updated') return Date.parse(a.updatedAt) - Date.parse(b.updatedAt) || a.number - b.number
  if (sort === 'popularity') {
    return a.issueComments.length - b.issueComments.length || a.number - b.number
  }
  return a.number - b.number
}

/** Open for more than a month, and something happened in the last one. */
function isLongRunning(pull: PullRequest, now: number): boolean {
  return now - Date.parse(pull.createdAt) > monthMs && now - Date.parse(pull.updatedAt) < monthMs
}
