import * as v from 'valibot'
import { FixableError } from '../../errors.ts'
import { recallMemory } from '../../finding/recall.ts'
import type { PullRequestRef } from '../../pull-request.ts'
import type { GitHubApi } from './api.ts'
import { isRateLimit, statusOf } from './failure.ts'
import { allPages, nextPageUrl } from './pages.ts'
import type { StateReader } from './read-state.ts'

const Delivery = v.object({
  delivered_at: v.string(),
  installation_id: v.nullish(v.number()),
  repository_id: v.nullish(v.number()),
})

const Repository = v.object({ id: v.number(), name: v.string(), owner: v.object({ login: v.string() }) })

const Repositories = v.object({ repositories: v.array(Repository) })

const OpenPull = v.object({
  number: v.number(),
  updated_at: v.string(),
  draft: v.nullish(v.boolean()),
  head: v.object({ sha: v.string() }),
})

const Pull = v.object({ head: v.object({ sha: v.string() }) })

/** Where something happened, as far as the record of deliveries tells. */
export type Place = {
  readonly installationId: number
  readonly repositoryId: number
  /** The latest time. */
  readonly at: Date
}

export type DeliveryRecord = {
  readonly places: readonly Place[]
  /** False where the record is longer than anybody reads. */
  readonly isComplete: boolean
}

export type OpenPullRequest = { readonly pullRequest: PullRequestRef; readonly headSha: string }

/** More pages than an App of thousands of repositories fills in three days; a record without end is not read to it. */
const mostPages = 500

/**
 * The places of all deliveries since then, whatever became of them: a review that was lost after its 202 reads "OK".
 * The newest come first. https://docs.github.com/en/rest/apps/webhooks#list-deliveries-for-an-app-webhook
 */
export async function placesOfDeliveries(
  api: GitHubApi,
  since: Date,
  signal: AbortSignal,
): Promise<DeliveryRecord> {
  const places = new Map<string, Place>()
  let next: string | undefined = '/app/hook/deliveries?per_page=100'
  for (let page = 0; next !== undefined && page < mostPages; page++) {
    const { data, headers } = await api.read(`GET ${next}`, {}, signal)
    const deliveries = v.parse(v.array(Delivery), data)
    for (const { delivered_at, installation_id, repository_id } of deliveries) {
      const at = new Date(delivered_at)
      if (at < since) return { places: [...places.values()], isComplete: true }
      if (installation_id == null || repository_id == null) continue
      const key = `${installation_id}/${repository_id}`
      const place = { installationId: installation_id, repositoryId: repository_id, at }
      if (!places.has(key)) places.set(key, place)
    }
    next = nextPageUrl(headers)
  }
  return { places: [...places.values()], isComplete: next === undefined }
}

export type NamedRepository = Pick<PullRequestRef, 'owner' | 'repo'> & { readonly id: number }

/** What an installation may see, for finding again what was lost. */
export class InstallationRecord {
  readonly #api: GitHubApi
  readonly #state: StateReader

  constructor(api: GitHubApi, state: StateReader) {
    this.#api = api
    this.#state = state
  }

  /** The names of these repositories; without those that it does not see any more. */
  async repositories(ids: ReadonlySet<number>, signal: AbortSignal): Promise<readonly NamedRepository[]> {
    const found: NamedRepository[] = []
    for (let page = 1; found.length < ids.size; page++) {
      const parameters = { per_page: 100, page }
      const { data } = await this.#api.read('GET /installation/repositories', parameters, signal)
      const { repositories } = v.parse(Repositories, data)
      for (const { id, name, owner } of repositories)
        if (ids.has(id)) found.push({ id, owner: owner.login, repo: name })
      if (repositories.length < 100) break
    }
    return found
  }

  /** Those that are ready for review and have changed since then, the newest first. */
  async openPullRequests(
    { owner, repo }: Pick<PullRequestRef, 'owner' | 'repo'>,
    since: Date,
    signal: AbortSignal,
  ): Promise<readonly OpenPullRequest[]> {
    const found: OpenPullRequest[] = []
    for (let page = 1; ; page++) {
      const parameters = {
        ...{ owner, repo, page, per_page: 100 },
        ...{ state: 'open', sort: 'updated', direction: 'desc' },
      }
      const { data } = await this.#api.read('GET /repos/{owner}/{repo}/pulls', parameters, signal)
      const pulls = v.parse(v.array(OpenPull), data)
      const recent = pulls.filter(({ updated_at }) => new Date(updated_at) >= since)
      for (const { number, draft, head } of recent)
        if (draft !== true) found.push({ pullRequest: { owner, repo, number }, headSha: head.sha })
      if (recent.length < 100) return found
    }
  }

  /** Our reviews say that nobody has to come back to this head. */
  async isReviewed({ pullRequest, headSha }: OpenPullRequest, signal: AbortSignal): Promise<boolean> {
    const state = await this.#state.read(pullRequest, signal)
    return recallMemory({ ...state, headSha }, '').complete
  }

  /** The head that it has now. */
  async headOf({ owner, repo, number }: PullRequestRef, signal: AbortSignal): Promise<string> {
    const parameters = { owner, repo, pull_number: number }
    const { data } = await this.#api.read('GET /repos/{owner}/{repo}/pulls/{pull_number}', parameters, signal)
    return v.parse(Pull, data).head.sha
  }

  /** The open pull request with this head; null when there is none. */
  async pullRequestOf(
    owner: string,
    repo: string,
    headSha: string,
    signal: AbortSignal,
  ): Promise<PullRequestRef | null> {
    const parameters = { owner, repo, state: 'open' }
    const pulls = await allPages(this.#api, 'GET /repos/{owner}/{repo}/pulls', parameters, OpenPull, signal)
    const found = pulls.find(({ head }) => head.sha === headSha)
    return found === undefined ? null : { owner, repo, number: found.number }
  }
}

/** The installation is gone, suspended, or may not see this: not ours to review, and no failure of ours. */
export function isOutOfReach(error: unknown): boolean {
  if (isRateLimit(error)) return false
  const status = statusOf(error)
  return error instanceof FixableError || status === 401 || status === 403 || status === 404
}
