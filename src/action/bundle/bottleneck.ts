import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds until the next try; nothing when there is none. */
type FailureListener = (
  error: unknown,
  job: { readonly args: readonly unknown[]; readonly retryCount: number },
) => unknown

type Listener = (...args: unknown[]) => unknown

/** Gives an object its `on`, and asks what listens there. */
class NamedListeners {
  readonly #listeners = new Map<string, Listener>()

  constructor(target: { on?: (name: string, listener: Listener) => void }) {
    target.on = (name, listener) => this.#listeners.set(name, listener)
  }

  async trigger(name: string, ...args: unknown[]): Promise<unknown> {
    return this.#listeners.get(name)?.(...args)
  }
}

/**
 * Takes the place of `bottleneck/light.js` in the bundle, for what octokit's plugins need of it: running a request and
 * trying again when told to. The library passes each request through ten timers, which takes longer than all else we do
 * between two requests. Its queues are not in use (see `unpaced` in adapters/github/client-options.ts).
 */
export default class Retrier {
  static readonly Events = NamedListeners
  static readonly Group = class {}
  #failed: FailureListener = () => undefined

  on(event: string, listener: FailureListener): void {
    if (event === 'failed') this.#failed = listener
  }

  async schedule<Arguments extends unknown[], Result>(
    work: (...args: Arguments) => Result | Promise<Result>,
    ...args: Arguments
  ): Promise<Result> {
    for (let retryCount = 0; ; retryCount++) {
      try {
        return await work(...args)
      } catch (error) {
        const waitMs = await this.#askFailed(error, args, retryCount)
        if (typeof waitMs !== 'number') throw error
        await sleep(waitMs)
      }
    }
  }

  /** As in the library, a listener that throws asks for no other try. */
  async #askFailed(error: unknown, args: readonly unknown[], retryCount: number): Promise<unknown> {
    try {
      return await this.#failed(error, { args, retryCount })
    } catch {
      return undefined
    }
  }
}
