import { checkName, writeCheckMemory } from '../../check-run.ts'
import { messageOf, oneLine } from '../../errors.ts'
import type { Logger } from '../../ports/logger.ts'
import type {
  CheckedHead,
  CheckProgress,
  CheckRecord,
  CheckResult,
  ReviewChecks,
} from '../../ports/review-checks.ts'
import type { GitHubApi } from './api.ts'
import { explainCheckFailure, isNotPermitted, isUnclear } from './check-failure.ts'
import { type CheckRequest, endRequests, type OpenProgress, openRequest } from './check-requests.ts'
import {
  type CheckRun,
  hasEndedSince,
  listOwnCheckRuns,
  partOpen,
  readCheckRun,
  recordOf,
  triesOf,
} from './own-check-runs.ts'

/** Tries of a write whose answer was lost. */
const mostTries = 3
const pauseMs = 500

const checkRuns = '/repos/{owner}/{repo}/check-runs'

type Body = CheckRequest & { readonly external_id: string }

/** Check runs as the App's installation. Each carries in its `external_id` what we have to know of it later. */
export class GitHubReviewChecks implements ReviewChecks {
  readonly #api: GitHubApi
  readonly #appId: string
  readonly #logger: Logger

  constructor(api: GitHubApi, appId: string, logger: Logger) {
    this.#api = api
    this.#appId = appId
    this.#logger = logger
  }

  async show(
    head: CheckedHead,
    progress: CheckProgress,
    signal: AbortSignal,
  ): Promise<'shown' | 'not-permitted'> {
    try {
      await this.#bring(head, progress, signal)
      return 'shown'
    } catch (error) {
      if (isNotPermitted(error)) return 'not-permitted'
      throw explainCheckFailure(error)
    }
  }

  async recall(head: CheckedHead, signal: AbortSignal): Promise<CheckRecord | null> {
    try {
      return recordOf(await this.#list(head, signal))
    } catch (error) {
      if (isNotPermitted(error)) return null
      throw explainCheckFailure(error)
    }
  }

  async #bring(head: CheckedHead, progress: CheckProgress, signal: AbortSignal): Promise<void> {
    const runs = await this.#list(head, signal)
    const { current, orphans } = partOpen(runs)
    for (const orphan of orphans) await this.#end(head, orphan, replaced, signal)
    const tries = triesOf(runs) + (progress.kind === 'running' ? 1 : 0)
    const open = (state: OpenProgress) => {
      const body = { ...openRequest(state, new Date()), external_id: memoryOf(head, tries, false) }
      return current === null
        ? this.#create(head, runs, body, signal)
        : this.#update(head, current, body, signal)
    }
    switch (progress.kind) {
      case 'queued':
        if (current === null && !hasEndedSince(runs, progress.since)) await open(progress)
        return
      case 'delayed':
      case 'running':
        await open(progress)
        return
      case 'ended':
        if (current === null && progress.conclusion === 'cancelled') return
        await this.#end(
          head,
          current ?? (await open({ kind: 'queued', since: new Date() })),
          progress,
          signal,
          tries,
        )
    }
  }

  /** Sends all annotations, and the conclusion with the last of them. */
  async #end(
    head: CheckedHead,
    run: CheckRun,
    result: CheckResult,
    signal: AbortSignal,
    tries = run.memory.tries,
  ): Promise<void> {
    let ending = run
    for (const request of endRequests(result, new Date())) {
      const body = { ...request, external_id: memoryOf(head, tries, result.complete) }
      ending = await this.#update(head, ending, body, signal)
    }
  }

  #create(head: CheckedHead, known: readonly CheckRun[], body: Body, signal: AbortSignal): Promise<CheckRun> {
    const created = { name: checkName, head_sha: head.headSha, ...body }
    return this.#write(`POST ${checkRuns}`, head, created, signal, async () => {
      const runs = await this.#list(head, signal)
      return runs.find(({ id }) => known.every((run) => run.id !== id)) ?? null
    })
  }

  async #update(head: CheckedHead, run: CheckRun, body: Body, signal: AbortSignal): Promise<CheckRun> {
    const one = `${checkRuns}/${run.id}`
    const status = body.status ?? run.status
    const annotations = run.annotations + (body.output.annotations?.length ?? 0)
    const updated = await this.#write(`PATCH ${one}`, head, body, signal, async () => {
      const { data } = await this.#api.read(`GET ${one}`, repositoryOf(head), signal)
      const found = readCheckRun(data)
      const remembers = writeCheckMemory(found.memory) === body.external_id
      return remembers && found.status === status && found.annotations >= annotations ? found : null
    })
    return { ...updated, annotations }
  }

  /** Sends a write until it is known to have been carried out: GitHub does not answer everything that it does. */
  async #write(
    route: string,
    head: CheckedHead,
    body: Body,
    signal: AbortSignal,
    look: () => Promise<CheckRun | null>,
  ): Promise<CheckRun> {
    for (let attempt = 1; ; attempt++) {
      try {
        return readCheckRun((await this.#api.write(route, { ...repositoryOf(head), ...body }, signal)).data)
      } catch (error) {
        if (attempt === mostTries || !isUnclear(error)) throw error
        const reason = oneLine(messageOf(error))
        this.#logger.debug(`GitHub's answer to ${route} was lost (${reason}); looking what it has`)
      }
      await this.#api.pause(pauseMs * attempt, signal) // it may be carried out yet
      const found = await look()
      if (found !== null) return found
      await this.#api.pauseBeforeRetry(0, route, 'network', signal)
    }
  }

  #list(head: CheckedHead, signal: AbortSignal): Promise<readonly CheckRun[]> {
    return listOwnCheckRuns(this.#api, this.#appId, head, signal)
  }
}

const replaced: CheckResult = {
  conclusion: 'cancelled',
  complete: false,
  title: 'Replaced',
  summary: 'Another check run of this head has taken its place.',
  annotations: [],
  detailsUrl: null,
}

function repositoryOf({ pullRequest: { owner, repo } }: CheckedHead) {
  return { owner, repo }
}

function memoryOf({ pullRequest }: CheckedHead, tries: number, complete: boolean): string {
  return writeCheckMemory({ pullNumber: pullRequest.number, tries, complete })
}
