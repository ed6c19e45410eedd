import { appRoutes } from './apps.ts'
import { checkRunRoutes } from './check-runs.ts'
import { collaboratorRoutes } from './collaborators.ts'
import { compareRoutes } from './compare.ts'
import { contentsRoutes } from './contents.ts'
import { gitDataRoutes } from './git-data.ts'
import { hookDeliveryRoutes } from './hook-deliveries.ts'
import { issueCommentRoutes } from './issue-comments.ts'
import { metaRoutes } from './meta.ts'
import { pullListRoutes } from './pull-list.ts'
import { pullRoutes } from './pulls.ts'
import { reactionRoutes } from './reactions.ts'
import { reviewCommentRoutes } from './review-comments.ts'
import { reviewRoutes } from './reviews.ts'
import type { Route } from './route.ts'

export const routes: readonly Route[] = [
  ...metaRoutes,
  ...pullListRoutes,
  ...pullRoutes,
  ...compareRoutes,
  ...contentsRoutes,
  ...gitDataRoutes,
  ...reviewRoutes,
  ...reviewCommentRoutes,
  ...issueCommentRoutes,
  ...reactionRoutes,
  ...collaboratorRoutes,
  ...checkRunRoutes,
  ...appRoutes,
  ...hookDeliveryRoutes,
]

export interface RouteMatch {
  readonly route: Route
  readonly parameters: Readonly<Record<string, string>>
}

export function matchRoute(method: string, path: string): RouteMatch | null {
  for (const { route, pattern } of patterns) {
    const found = route.method === method ? pattern.exec(path) : null
    if (found) return { route, parameters: decoded(found.groups ?? {}) }
  }
  return null
}

/** Paths and refs may contain slashes, everything else is one segment. */
const patterns = routes.map((route) => {
  const source = route.template.replace(/\{(\w+)\}/g, (_, name) =>
    name === 'path'
      ? `(?<${name}>.*)`
      : name === 'basehead' || name === 'ref'
        ? `(?<${name}>.+)`
        : `(?<${name}>[^/]+)`,
  )
  return { route, pattern: new RegExp(`^${source}$`) }
})

function decoded(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]))
}
