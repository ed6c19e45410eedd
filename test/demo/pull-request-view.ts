/** What a person sees on GitHub's pull request page, read through GitHub's own API. */
export type PullRequestView = {
  readonly repository: string
  readonly number: number
  readonly title: string
  readonly body: string
  readonly author: string
  readonly baseRef: string
  readonly headRef: string
  readonly headSha: string
  readonly files: readonly FileView[]
  readonly reviews: readonly ReviewView[]
}

export type FileView = {
  readonly path: string
  readonly status: string
  readonly additions: number
  readonly deletions: number
  /** null where GitHub shows none. */
  readonly patch: string | null
}

export type ReviewView = {
  readonly id: number
  readonly author: string
  readonly state: string
  readonly body: string
  readonly comments: readonly CommentView[]
}

export type CommentView = {
  readonly author: string
  readonly path: string
  readonly side: string
  readonly line: number
  readonly startLine: number | null
  readonly body: string
}

type RestUser = { readonly login: string }
type RestPull = {
  readonly title: string
  readonly body: string | null
  readonly user: RestUser
  readonly base: { readonly ref: string }
  readonly head: { readonly ref: string; readonly sha: string }
}
type RestFile = Omit<FileView, 'path' | 'patch'> & { readonly filename: string; readonly patch?: string }
type RestReview = {
  readonly id: number
  readonly body: string
  readonly state: string
  readonly user: RestUser
}
type RestComment = {
  readonly pull_request_review_id: number
  readonly user: RestUser
  readonly path: string
  readonly side: string
  readonly line: number | null
  readonly start_line: number | null
  readonly body: string
}

export type RestAddress = { readonly url: string; readonly token: string }

/** Reads the pull request with its files and submitted reviews; one page of each is enough for the demo. */
export async function readPullRequest(
  { url, token }: RestAddress,
  repository: string,
  number: number,
): Promise<PullRequestView> {
  async function get<Body>(path: string): Promise<Body> {
    const response = await fetch(`${url}/repos/${repository}/pulls/${number}${path}`, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' },
    })
    if (!response.ok) throw new Error(`GitHub answered ${response.status} to ${response.url}`)
    return (await response.json()) as Body
  }
  const [pull, files, reviews, comments] = await Promise.all([
    get<RestPull>(''),
    get<RestFile[]>('/files?per_page=100'),
    get<RestReview[]>('/reviews?per_page=100'),
    get<RestComment[]>('/comments?per_page=100'),
  ])
  return {
    repository,
    number,
    title: pull.title,
    body: pull.body ?? '',
    author: pull.user.login,
    baseRef: pull.base.ref,
    headRef: pull.head.ref,
    headSha: pull.head.sha,
    files: files.map(({ filename, status, additions, deletions, patch = null }) => ({
      path: filename,
      status,
      additions,
      deletions,
      patch,
    })),
    reviews: reviews
      .filter(({ state }) => state !== 'PENDING')
      .map(({ id, body, state, user }) => ({
        id,
        body,
        state,
        author: user.login,
        comments: comments.filter((comment) => comment.pull_request_review_id === id).flatMap(viewComment),
      })),
  }
}

/** A comment whose lines are gone shows no place any more. */
function viewComment({ user, path, side, line, start_line, body }: RestComment): CommentView[] {
  return line === null ? [] : [{ author: user.login, path, side, line, startLine: start_line, body }]
}
