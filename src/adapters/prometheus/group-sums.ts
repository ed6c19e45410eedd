import type { Registry } from 'prom-client'
import { FixableError, messageOf } from '../../errors.ts'
import type { Sample } from '../../metrics/samples.ts'
import { isMetricName, type KnownValues } from '../../metrics/zeros.ts'
import type { Logger } from '../../ports/logger.ts'
import { type Gateway, InDoubtError } from './gateway.ts'
import { findGroup, type Group, type GroupLabels, groupPath, groupsPath, parseGroups } from './groups.ts'
import { GatewayLock } from './lock.ts'
import { holds, sumUp } from './sums.ts'

/** The sums over all runs that a plain Pushgateway holds for a repository. */
export class GroupSums {
  readonly #gateway: Gateway
  readonly #labels: GroupLabels
  readonly #known: KnownValues
  readonly #logger: Logger

  constructor(gateway: Gateway, repository: string, known: KnownValues, logger: Logger) {
    this.#gateway = gateway
    this.#labels = { job: 'patchpilot', repository }
    this.#known = known
    this.#logger = logger
  }

  /** Whether every series that should exist at 0 does. */
  async isPrepared(): Promise<boolean> {
    const group = await this.#read()
    return holds(group, await sumUp(group, this.#known, []))
  }

  /**
   * Adds what one run counted, while no other run does. `samples` is asked when it is our turn, so that it can tell of the
   * waiting; from then on this must not be interrupted. Throws an `InDoubtError` when nobody knows whether it was added.
   */
  async add(samples: () => readonly Sample[]): Promise<void> {
    const lock = new GatewayLock(this.#gateway, this.#labels.repository ?? '')
    let mayStillLand = false
    try {
      const before = findGroup(await lock.acquire(), this.#labels)
      mayStillLand = await this.#write(await sumUp(before, this.#known, samples()), lock)
    } catch (error) {
      mayStillLand = error instanceof InDoubtError
      throw error
    } finally {
      // A write that may still land is covered by the lock until that goes stale.
      if (!mayStillLand) await lock.release()
    }
  }

  /** Writes sums, which may be done twice. True when an earlier try may still land, and undo what others add by then. */
  async #write(sums: Registry, lock: GatewayLock): Promise<boolean> {
    let unanswered = 0
    try {
      for (;;) {
        lock.assertReliable()
        const status = await this.#post(sums)
        if (status === 200) return unanswered > 0
        if (status === 'unanswered') unanswered++
        // A write without an answer may have taken effect, and one with a 202 will.
        for (let look = 1; look === 1 || status === 202; look++) {
          if (await holds(await this.#read(), sums)) return unanswered > 1
          await this.#gateway.pause(pollMs)
        }
      }
    } catch (error) {
      throw unanswered === 0 ? error : new InDoubtError(messageOf(error), { cause: error })
    }
  }

  async #post(sums: Registry): Promise<200 | 202 | 'unanswered'> {
    for (;;) {
      try {
        const path = groupPath(this.#labels)
        const { status, text } = await this.#gateway.send('POST', path, await sums.metrics(), 'unprocessed')
        if (status !== 400) return status
        this.#leaveOut(text, sums)
      } catch (error) {
        if (error instanceof InDoubtError && this.#gateway.patience.restMs() > pollMs) return 'unanswered'
        throw error
      }
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

const pollMs = 100
