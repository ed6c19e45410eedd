import { fullName } from '../accounts.ts'
import type { App } from '../app-state.ts'
import type { JsonObject } from '../json.ts'
import type { Access, PullRequest, Repository, Review, ReviewComment, Token, World } from '../state.ts'
import { GitHubError, notFound } from './errors.ts'

/** Who asks: a token, an app with its JWT, or nobody. */
export type Viewer =
  | { readonly kind: 'token'; readonly token: Token }
  | { readonly kind: 'app'; readonly app: App }
  | { readonly kind: 'anonymous' }

export interface Call {
  readonly world: World
  readonly viewer: Viewer
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: JsonObject
  readonly accept: string
  /** The URL as requested, for Link headers. */
  readonly url: URL
}

export interface Answer {
  readonly status: number
  readonly json?: unknown
  readonly text?: { readonly content: string | Buffer; readonly type: string }
  readonly headers?: Readonly<Record<string, string>>
}

/** One operation, by the template GitHub's OpenAPI description has for it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly template: string
  /** Any one of these is enough for an app's token, as in "pull_requests:write". Absent: no permission needed. */
  readonly permissions?: readonly `${string}:${Access}`[]
  readonly handle: (call: Call) => Answer | Promise<Answer>
}

export function ok(json: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, json, headers }
}

export function viewerToken(call: Call): Token {
  if (call.viewer.kind === 'token') return call.viewer.token
  throw new GitHubError(401, { message: 'Requires authentication' })
}

export function viewerApp(call: Call): App {
  if (call.viewer.kind === 'app') return call.viewer.app
  throw new GitHubError(401, { message: 'A JSON web token could not be decoded' })
}

/** A repository by its name. Invisible ones are "Not Found", never "Forbidden". */
export function repositoryOf(call: Call): Repository {
  const name = `${call.parameters.owner}/${call.parameters.repo}`.toLowerCase()
  const repository = call.world.repositories.find((known) => fullName(known).toLowerCase() === name)
  if (!repository || !canSee(call.viewer, repository)) throw notFound()
  return repository
}

export function canSee(viewer: Viewer, repository: Repository): boolean {
  if (!repository.private) return true
  if (viewer.kind === 'anonymous') return false
  const name = fullName(repository)
  if (viewer.kind === 'app') return viewer.app.installations.some((one) => one.repositories.includes(name))
  return viewer.token.repositories === null || viewer.token.repositories.includes(name)
}

export function pullOf(call: Call): PullRequest {
  const number = call.parameters.pull_number ?? call.parameters.issue_number
  const pull = repositoryOf(call).pulls.get(Number(number))
  if (!pull) throw notFound()
  return pull
}

/** A pending review exists only for its author. Source: GitHub docs, "Reviewing proposed changes". */
export function isVisible(call: Call, review: Review): boolean {
  if (review.state !== 'PENDING') return true
  return call.viewer.kind === 'token' && call.viewer.token.account === review.author
}

export function reviewOf(call: Call): Review {
  const review = pullOf(call).reviews.find((known) => known.id === Number(call.parameters.review_id))
  if (!review || !isVisible(call, review)) throw notFound()
  return review
}

export function reviewCommentOf(call: Call): ReviewComment {
  const id = Number(call.parameters.comment_id)
  const pulls = [...repositoryOf(call).pulls.values()]
  const comment = pulls.flatMap((pull) => commentsOf(pull)).find((known) => known.id === id)
  if (!comment || !isVisible(call, comment.review)) throw notFound()
  return comment
}

export function commentsOf(pull: PullRequest): readonly ReviewComment[] {
  return pull.reviews.flatMap((review) => review.comments).sort((a, b) => a.id - b.id)
}
