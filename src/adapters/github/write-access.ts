import * as v from 'valibot'
import type { Logger } from '../../ports/logger.ts'
import type { OwnThread, PullRequestRef } from '../../pull-request.ts'
import { CancelledError, messageOf, oneLine } from '../../errors.ts'
import type { GitHubApi } from './api.ts'

const Permission = v.object({ permission: v.string() })

/** Roles that may push: GitHub tells `maintain` as `write`. */
const writing = ['admin', 'write']

/** A crowd of thumbs says nothing more than a few. */
const mostAsked = 20

/** Who may write to the repository. Whoever cannot be looked up may not. Asks once for each login. */
export class WriteAccess {
  readonly #api: GitHubApi
  readonly #logger: Logger
  readonly #known = new Map<string, Promise<boolean>>()

  constructor(api: GitHubApi, logger: Logger) {
    this.#api = api
    this.#logger = logger
  }

  /** The same threads, with what those who resolve or dislike them may do. */
  async weigh(
    ref: PullRequestRef,
    author: string,
    threads: readonly OwnThread[],
    signal: AbortSignal,
  ): Promise<readonly OwnThread[]> {
    return Promise.all(
      threads.map(async (thread) => {
        const thumbsDown = await Promise.all(
          thread.thumbsDown.slice(0, mostAsked).map(async ({ login }) => {
            return { login, mayWrite: login !== author && (await this.#mayWrite(ref, login, signal)) }
          }),
        )
        const { resolvedBy } = thread
        const isOther = resolvedBy !== null && resolvedBy !== author && !thread.resolvedByOwn
        const resolverMayWrite = isOther && (await this.#mayWrite(ref, resolvedBy, signal))
        return { ...thread, thumbsDown, resolverMayWrite }
      }),
    )
  }

  #mayWrite(ref: PullRequestRef, login: string, signal: AbortSignal): Promise<boolean> {
    const known = this.#known.get(login) ?? this.#ask(ref, login, signal)
    this.#known.set(login, known)
    return known
  }

  async #ask({ owner, repo }: PullRequestRef, username: string, signal: AbortSignal): Promise<boolean> {
    try {
      const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission'
      const { data } = await this.#api.read(route, { owner, repo, username }, signal)
      return writing.includes(v.parse(Permission, data).permission)
    } catch (error) {
      if (error instanceof CancelledError) throw error
      this.#logger.debug(`what @${username} may do is not known: ${oneLine(messageOf(error))}`)
      return false
    }
  }
}
