import { setTimeout as sleep } from 'node:timers/promises'
import type { Octokit } from '@octokit/core'
import { RequestError } from '@octokit/request-error'
import { CancelledError } from '../../errors.ts'
import { bytesOf } from './observed-fetch.ts'
import type { Observer, RetryReason } from '../../ports/observer.ts'
import type { PullRequestRef } from '../../pull-request.ts'

export type ApiResponse = { readonly status: number; readonly data: unknown; readonly headers: Headers }

type BytesResponse = Omit<ApiResponse, 'data'> & { readonly bytes: Uint8Array }

type Parameters = Readonly<Record<string, unknown>>

/**
 * GitHub's API as we use it: reads are retried by the client's plugins, writes never are, and every call ends when its
 * signal says so, also while a plugin waits.
 */
export class GitHubApi {
  /** Some servers, and some tokens, know REST only: whoever finds that out spares the others. */
  graphqlWorks = true
  readonly #octokit: Octokit
  readonly #observe: Observer

  constructor(octokit: Octokit, observe: Observer) {
    this.#octokit = octokit
    this.#observe = observe
  }

  async read(route: string, parameters: Parameters, signal: AbortSignal): Promise<ApiResponse> {
    const { bytes, ...response } = await this.readBytes(route, parameters, signal)
    return { ...response, data: parseJson(bytes) }
  }

  /** A body as it came. */
  async readBytes(
    route: string,
    parameters: Parameters,
    signal: AbortSignal,
    accept?: string,
  ): Promise<BytesResponse> {
    const request = { signal, parseSuccessResponseBody: false }
    const sent = this.#send(route, { ...parameters, headers: { accept }, request })
    const { data, ...response } = await untilAborted(sent, signal)
    return { ...response, bytes: await bytesOf(data) }
  }

  /**
   * Sends a write once. A redirect (renamed or transferred repository) is followed with the same method: `fetch` would
   * turn the POST into a GET, which answers 200 and writes nothing. https://fetch.spec.whatwg.org/#http-redirect-fetch
   */
  async write(route: string, parameters: Parameters, signal: AbortSignal): Promise<ApiResponse> {
    const request = { signal, retries: 0, redirect: 'manual' }
    const response = await untilAborted(this.#send(route, { ...parameters, request }), signal)
    const location = response.headers.get('location')
    if (response.status < 300 || location === null) return response
    const url = new URL(location, this.#baseUrl())
    if (url.origin !== new URL(this.#baseUrl()).origin) {
      throw new Error(`GitHub redirects to another server, ${url.origin}; check the repository's name`)
    }
    const method = route.split(' ')[0] ?? 'POST'
    const inPath = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    const body = Object.fromEntries(Object.entries(parameters).filter(([name]) => !inPath.includes(name)))
    return untilAborted(this.#send(`${method} ${url.href}`, { ...body, request }), signal)
  }

  /** Asked again once only, after trouble that may pass: what we ask by GraphQL can be had by REST as well. */
  async graphql(query: string, variables: Parameters, signal: AbortSignal): Promise<unknown> {
    const request = { signal, retries: 0 }
    const ask = () => untilAborted(this.#octokit.graphql<unknown>(query, { ...variables, request }), signal)
    try {
      return await ask()
    } catch (error) {
      if (!mayPass(error) || signal.aborted) throw error
      await this.pauseBeforeRetry(graphqlPauseMs, 'POST /graphql', 'server_error', signal)
      return await ask()
    }
  }

  /** Ends like every call when its signal says so. */
  async pause(ms: number, signal: AbortSignal): Promise<void> {
    const startedAt = performance.now()
    try {
      await untilAborted(sleep(ms, undefined, { signal }), signal)
    } finally {
      this.#observe({ kind: 'wait', target: 'github', durationMs: performance.now() - startedAt })
    }
  }

  /** For what is asked again right after. */
  async pauseBeforeRetry(ms: number, what: string, reason: RetryReason, signal: AbortSignal): Promise<void> {
    await this.pause(ms, signal)
    this.#observe({ kind: 'retry', target: 'github', what, reason, waitMs: ms })
  }

  async #send(route: string, parameters: Parameters & { readonly headers?: object }): Promise<ApiResponse> {
    const { status, data, headers } = await this.#octokit.request(route, {
      ...parameters,
      headers: { ...parameters.headers, 'x-github-api-version': apiVersion },
    })
    const entries = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)])
    return { status, data, headers: new Headers(entries) }
  }

  #baseUrl(): string {
    return this.#octokit.request.endpoint.DEFAULTS.baseUrl
  }
}

const graphqlPauseMs = 1_000

/** No answer, or a server's error; what GraphQL itself refuses comes with 200. */
function mayPass(error: unknown): boolean {
  return error instanceof RequestError && error.status >= 500
}

/** The version whose payloads we parse; GitHub keeps it for at least 24 months from March 2026. */
const apiVersion = '2022-11-28'

/**
 * Octokit's own parser looks whether any number is too large for JavaScript, which takes it two to thirteen times as long;
 * ids are far from it. What is no JSON is the text as it came, as octokit has it.
 */
function parseJson(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes)
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export function pullRequestParameters(ref: PullRequestRef) {
  return { owner: ref.owner, repo: ref.repo, pull_number: ref.number }
}

/** The plugins' waits know no signals: stop listening to them instead. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const stop = () => reject(new CancelledError('the time set by `timeout` was over, or the run was stopped'))
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop)
  work.catch(() => {}) // its outcome is of no interest any more once the race is lost
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
