import type { Registry } from 'prom-client'
import { FixableError, messageOf, TemporaryError } from '../../errors.ts'
import type { Sample } from '../../metrics/samples.ts'
import { isMetricName, type KnownValues } from '../../metrics/zeros.ts'
import type { Logger } from '../../ports/logger.ts'
import { type Gateway, InDoubtError, UnansweredError } from './gateway.ts'
import { findGroup, type Group, groupPath, groupsPath, parseGroups } from './groups.ts'
import { GatewayLock } from './lock.ts'
import { holds, sumUp } from './sums.ts'

const mostTries = 3
const pauseMs = 200

/** The sums over all runs that a plain Pushgateway holds for a repository. */
export class GroupSums {
  readonly #gateway: Gateway
  readonly #labels: { readonly job: string; readonly repository: string }
  readonly #known: KnownValues
  readonly #ourLocks: Set<string>
  readonly #logger: Logger

  /** `ourLocks` are those of this run, whoever made them. */
  constructor(
    gateway: Gateway,
    repository: string,
    known: KnownValues,
    ourLocks: Set<string>,
    logger: Logger,
  ) {
    this.#gateway = gateway
    this.#labels = { job: 'patchpilot', repository }
    this.#known = known
    this.#ourLocks = ourLocks
    this.#logger = logger
  }

  /** Whether every series that should exist at 0 does. */
  async isPrepared(): Promise<boolean> {
    const group = await this.#read()
    return holds(group, await sumUp(group, this.#known, []))
  }

  /**
   * Adds what one run counted, while no other run does. `samples` is asked when it is our turn, so that it can tell of the
   * waiting. True when the lock stays until it is stale, because an earlier try to write may still land.
   */
  async add(samples: () => readonly Sample[]): Promise<boolean> {
    const lock = new GatewayLock(this.#gateway, this.#labels.repository, this.#ourLocks)
    let mayStillLand = false
    try {
      const before = findGroup(await lock.acquire(), this.#labels)
      await lock.claim()
      mayStillLand = await this.#write(await sumUp(before, this.#known, samples()), lock)
      return mayStillLand
    } catch (error) {
      mayStillLand = error instanceof InDoubtError
      throw error
    } finally {
      if (!mayStillLand) await lock.release()
    }
  }

  /** Writes sums, which may be done twice. True when an earlier try may still land, and undo what others add by then. */
  async #write(sums: Registry, lock: GatewayLock): Promise<boolean> {
    const path = groupPath(this.#labels)
    let onTheWay = 0
    try {
      for (let attempt = 1; ; attempt++) {
        lock.assertHolding()
        const answer = await this.#post(path, sums)
        if (answer === 200) return onTheWay > 0
        const pending = answer === 202 || answer.mayStillLand ? 1 : 0
        onTheWay += pending
        // A 202 is said before the write takes effect; and one without an answer may have taken effect.
        if (await this.#holds(sums, lock, answer === 202)) return onTheWay - pending > 0
        if (answer === 202) throw new TemporaryError('it took the numbers and does not show them')
        if (attempt === mostTries) throw answer
        await this.#gateway.pauseBeforeRetry(pauseMs, `POST ${path}`, answer.reason)
      }
    } catch (error) {
      throw onTheWay === 0 ? error : new InDoubtError(messageOf(error), { cause: error })
    }
  }

  async #post(path: string, sums: Registry): Promise<200 | 202 | UnansweredError> {
    for (;;) {
      try {
        const { status, text } = await this.#gateway.send('POST', path, await sums.metrics(), 'unprocessed')
        if (status !== 400) return status
        this.#leaveOut(text, sums)
      } catch (error) {
        if (error instanceof UnansweredError) return error
        throw error
      }
    }
  }

  async #holds(sums: Registry, lock: GatewayLock, certainly: boolean): Promise<boolean> {
    for (;;) {
      if (await holds(await this.#read(), sums)) return true
      if (!certainly) return false
      await lock.wait(0)
    }
  }

  /**
   * A gateway takes one type per name, from whoever came first in any of its groups, and refuses all of a push for one
   * metric. The others must not be lost for it.
   */
  #leaveOut(refusal: string, sums: Registry): void {
    const name = [...refusal.matchAll(/\bpatchpilot_\w+/g)]
      .map(([name]) => name.replace(/_(bucket|sum|count)$/, ''))
      .find((name) => sums.getSingleMetric(name) !== undefined)
    if (name === undefined || !isMetricName(name))
      throw new FixableError(`it refused the metrics (400: ${this.#gateway.quote(refusal)})`)
    sums.removeSingleMetric(name)
    this.#logger.warning(
      `the metric ${name} was not pushed: another group of the Pushgateway has it with another type; delete that group (${this.#gateway.quote(refusal)})`,
    )
  }

  async #read(): Promise<Group | null> {
    const { text } = await this.#gateway.send('GET', groupsPath, null, 'always')
    return findGroup(parseGroups(text), this.#labels)
  }
}
