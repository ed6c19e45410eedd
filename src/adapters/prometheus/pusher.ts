import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, TemporaryError } from '../../errors.ts'
import type { Sample } from '../../metrics/samples.ts'
import type { KnownValues } from '../../metrics/zeros.ts'
import type { Logger } from '../../ports/logger.ts'
import type { Observer } from '../../ports/observer.ts'
import { sendDelta } from './delta.ts'
import { Gateway, type GatewayOptions, InDoubtError } from './gateway.ts'
import { GroupSums } from './group-sums.ts'
import { Patience } from './patience.ts'

export type PusherOptions = GatewayOptions & {
  readonly mode: 'accumulate' | 'delta'
  /** `owner/name` */
  readonly repository: string
  readonly known: KnownValues
}

/** For a gateway that does not answer; with the lock's last word this is 5 s. */
const silenceMs = 4_200
/** For other runs of the repository that are ahead. */
const longestWaitMs = 20_000
/** In all, once the process is about to be killed. */
const hurriedMs = 1_500
/** So long nobody else may write while a write of our own may still land: see `GatewayLock`. */
const lockStaysForMs = 30_000

/** What became of a push. `in-doubt`: nobody knows. */
export type Pushed =
  | { readonly kind: 'pushed' }
  | { readonly kind: 'not-pushed' | 'in-doubt'; readonly reason: string }

/** Pushes the metrics of one run: what should exist at 0 when it begins, what it counted when it ends. */
export class Pusher {
  readonly #options: PusherOptions
  readonly #observe: Observer
  readonly #logger: Logger
  readonly #enough = new AbortController()
  #preparing: Promise<Preparation> = Promise.resolve({ lockKeptAt: null })
  readonly #locks = new Set<string>()
  #writing = false

  constructor(options: PusherOptions, observe: Observer, logger: Logger) {
    this.#options = options
    this.#observe = observe
    this.#logger = logger
  }

  /** Begins to make the series exist. A gateway that adds needs no preparation. */
  prepare(): void {
    if (this.#options.mode === 'accumulate') this.#preparing = this.#prepare()
  }

  /** `samples` is asked as late as possible. On an abort of `hurry` the process will be killed soon. Never throws. */
  async push(samples: () => readonly Sample[], hurry: AbortSignal): Promise<Pushed> {
    const patience = new Patience(silenceMs, longestWaitMs)
    const beQuick = () => patience.cutTo(hurriedMs)
    if (hurry.aborted) beQuick()
    hurry.addEventListener('abort', beQuick)
    try {
      await this.#endPreparation(patience)
      const gateway = new Gateway(this.#options, patience, this.#observe, new AbortController().signal)
      const { repository, known, mode } = this.#options
      if (mode === 'delta') await sendDelta(gateway, repository, known, samples())
      else await new GroupSums(gateway, repository, known, this.#locks, this.#logger).add(samples)
      return { kind: 'pushed' }
    } catch (error) {
      return { kind: error instanceof InDoubtError ? 'in-doubt' : 'not-pushed', reason: messageOf(error) }
    }
  }

  async #prepare(): Promise<Preparation> {
    const { repository, known } = this.#options
    const patience = new Patience(silenceMs, longestWaitMs)
    const gateway = new Gateway(this.#options, patience, this.#observe, this.#enough.signal)
    const { info, debug } = this.#logger
    // What there is to warn of, the push will meet as well.
    const quiet = { info, debug, warning: debug }
    const sums = new GroupSums(gateway, repository, known, this.#locks, quiet)
    const noSamples = () => {
      this.#writing = true
      return []
    }
    try {
      const lockKept = !(await sums.isPrepared()) && (await sums.add(noSamples))
      return { lockKeptAt: lockKept ? performance.now() : null }
    } catch (error) {
      debug(`no metrics at 0 yet: ${messageOf(error)}`)
      return { lockKeptAt: error instanceof InDoubtError ? performance.now() : null }
    }
  }

  /** A write that has begun is never broken off: it could land after those of others. */
  async #endPreparation(patience: Patience): Promise<void> {
    if (!this.#writing) this.#enough.abort()
    const startedAt = performance.now()
    const timer = new AbortController()
    const tooLong = sleep(Math.max(0, patience.restMs()), null, { signal: timer.signal }).catch(() => null)
    const prepared = await Promise.race([this.#preparing, tooLong])
    timer.abort()
    patience.silent(performance.now() - startedAt)
    if (prepared === null) throw new TemporaryError('it did not answer in time')
    if (prepared.lockKeptAt !== null && performance.now() - prepared.lockKeptAt < lockStaysForMs)
      throw new TemporaryError('it did not answer in time when the run began, and may yet')
  }
}

/** When it left a lock behind, because nobody knows whether its zeros were written or will be; null when it did not. */
type Preparation = { readonly lockKeptAt: number | null }
