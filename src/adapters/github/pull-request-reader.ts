import * as v from 'valibot'
import type { Logger } from '../../ports/logger.ts'
import type { PullRequestReader } from '../../ports/pull-request-reader.ts'
import {
  formatRef,
  type PullRequestRef,
  type PullRequestSnapshot,
  type PullRequestState,
} from '../../pull-request.ts'
import { CancelledError, messageOf, oneLine } from '../../errors.ts'
import { type GitHubApi, pullRequestParameters } from './api.ts'
import { explainReadFailure } from './failure.ts'
import { listFiles, mostListedFiles } from './list-files.ts'
import type { StateReader } from './read-state.ts'

const Head = v.object({ head: v.object({ sha: v.string() }) })

/** How often a list of files that disagrees with GitHub's own count is read. */
const mostReadings = 3

export class GitHubPullRequestReader implements PullRequestReader {
  readonly #api: GitHubApi
  readonly #state: StateReader
  readonly #logger: Logger

  constructor(api: GitHubApi, state: StateReader, logger: Logger) {
    this.#api = api
    this.#state = state
    this.#logger = logger
  }

  snapshot(ref: PullRequestRef, signal: AbortSignal): Promise<PullRequestSnapshot> {
    return explained(ref, this.#consistentSnapshot(ref, signal))
  }

  state(ref: PullRequestRef, signal: AbortSignal): Promise<PullRequestState> {
    return explained(ref, this.#state.read(ref, signal))
  }

  async headSha(ref: PullRequestRef, signal: AbortSignal): Promise<string | null> {
    const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}'
    try {
      const { data } = await this.#api.read(route, pullRequestParameters(ref), signal)
      return v.parse(Head, data).head.sha
    } catch (error) {
      if (error instanceof CancelledError) throw error
      this.#logger.debug(`the head could not be looked at: ${oneLine(messageOf(error))}`)
      return null
    }
  }

  /**
   * The list of files takes no commit and shows the head of its own moment. A push in between shows in the count, or
   * else in the head when it is read again before anything is posted.
   */
  async #consistentSnapshot(ref: PullRequestRef, signal: AbortSignal): Promise<PullRequestSnapshot> {
    for (let reading = 1; ; reading++) {
      const [details, files] = await Promise.all([
        this.#state.readDetails(ref, signal),
        listFiles(this.#api, ref, signal),
      ])
      const complete = files.length === Math.min(details.changedFileCount, mostListedFiles)
      if (complete || reading === mostReadings) {
        const hunks = `+${sum(files, 'additions')} −${sum(files, 'deletions')}`
        this.#logger.info(`snapshot: ${files.length} files, ${hunks}, head ${details.headSha.slice(0, 7)}`)
        return { ...details, ref, files }
      }
      this.#logger.info(
        `GitHub listed ${files.length} of ${details.changedFileCount} changed files; reading again`,
      )
      await this.#api.pauseBeforeRetry(500 * reading, 'the changed files', 'unusable_answer', signal)
    }
  }
}

async function explained<Read>(ref: PullRequestRef, reading: Promise<Read>): Promise<Read> {
  try {
    return await reading
  } catch (error) {
    throw explainReadFailure(error, `the pull request ${formatRef(ref)}`)
  }
}

function sum(files: PullRequestSnapshot['files'], count: 'additions' | 'deletions'): number {
  return files.reduce((total, file) => total + file[count], 0)
}
