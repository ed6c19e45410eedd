import { randomBytes } from 'node:crypto'
import { TemporaryError } from '../../errors.ts'
import { counted } from '../../publication/counted.ts'
import { type Register, type Registers, takeTurn } from './bakery.ts'
import type { Gateway } from './gateway.ts'
import {
  findGroup,
  type Group,
  type GroupLabels,
  type Groups,
  groupPath,
  groupsPath,
  parseGroups,
  readValue,
} from './groups.ts'

const job = 'patchpilot_lock'
const ticketMetric = 'patchpilot_lock_ticket'

/**
 * How long a lock holds after its run has last written it, by the gateway's clock; older ones are a dead run's. One that
 * waits is written again and again. One that writes the sums is not, and holds for as long as a write may take to land.
 */
const lifetimeMetric = 'patchpilot_lock_lifetime_seconds'
const waitingSeconds = 10
const writingSeconds = 30

const refreshAfterMs = 2_000
/** Only a lock that was written again within this time has certainly held all the while. */
const rewrittenWithinMs = 8_000
const writingTakesMs = 15_000

/** A read shows all groups of the gateway: the longer that takes, and the more runs are ahead, the less often it is asked. */
const shortestPollMs = 50
const longestPollMs = 500

/** The right of one run at a time to write the group of a repository; every run that wants it has a group of its own. */
export class GatewayLock implements Registers<Groups> {
  readonly id: string
  readonly #gateway: Gateway
  readonly #repository: string
  readonly #labels: GroupLabels
  readonly #ours: ReadonlySet<string>
  #written = { ticket: 0, seconds: 0, begunAt: 0, answeredAt: 0 }
  #readMs = 0
  #waitedMs = 0

  /** Adds itself to `ours`: a lock of this run that could not be deleted keeps nobody of this run waiting. */
  constructor(gateway: Gateway, repository: string, ours: Set<string>) {
    this.#gateway = gateway
    this.#repository = repository
    this.#labels = ownLabels(repository)
    this.id = idOf(this.#labels)
    this.#ours = ours.add(this.id)
  }

  /** Waits for our turn; what comes back is how the gateway stood when it had begun. */
  async acquire(): Promise<Groups> {
    try {
      for (;;) {
        try {
          return await takeTurn(this)
        } catch (error) {
          // A gateway that was wiped has forgotten the others, too.
          if (!(error instanceof LockGoneError) || this.#gateway.patience.isOver()) throw error
        }
      }
    } finally {
      if (this.#waitedMs > 0) this.#gateway.waited(this.#waitedMs)
    }
  }

  /** Before the sums are written: from now on the lock holds for long enough. */
  async claim(): Promise<void> {
    await this.#put(this.#written.ticket, writingSeconds)
  }

  /** Throws where the lock may not hold until a write that begins now has landed. */
  assertHolding(): void {
    if (performance.now() - this.#written.begunAt > writingTakesMs) throw new TemporaryError(tooSlow)
  }

  /** One that stays because nobody answers goes stale. */
  async release(): Promise<void> {
    const path = groupPath(this.#labels)
    await this.#gateway
      .lastWord()
      .send('DELETE', path, null, 'always')
      .catch(() => {})
  }

  async write(ticket: number): Promise<void> {
    await this.#put(ticket, waitingSeconds)
  }

  async #put(ticket: number, seconds: number): Promise<void> {
    const begunAt = performance.now()
    const path = groupPath(this.#labels)
    const { status, text } = await this.#gateway.send('PUT', path, exposition(ticket, seconds), 'always')
    if (status === 400) throw new TemporaryError(`it refused our lock (400: ${this.#gateway.quote(text)})`)
    const answeredAt = performance.now()
    const heldSince = ticket === 0 ? begunAt : this.#written.begunAt
    this.#written = { ticket, seconds, begunAt, answeredAt }
    if (answeredAt - heldSince > rewrittenWithinMs) throw new LockGoneError(tooSlow)
    // 202 is said before the write has taken effect.
    for (let seen = status === 200; !seen; ) {
      const mine = findGroup(await this.#readGroups(), this.#labels)
      seen =
        mine !== null &&
        readValue(mine, ticketMetric) === ticket &&
        readValue(mine, lifetimeMetric) === seconds
      if (!seen) await this.wait(0)
    }
  }

  async read(): Promise<{ readonly others: readonly Register[]; readonly view: Groups }> {
    const view = await this.#readGroups()
    const mine = findGroup(view, this.#labels)
    if (mine === null) throw new LockGoneError('the gateway was wiped or restarted meanwhile')
    const now = pushTime(mine) + (performance.now() - this.#written.answeredAt) / 1000
    const locks = view.filter(
      ({ labels }) =>
        labels.job === job && labels.repository === this.#repository && !this.#ours.has(idOf(labels)),
    )
    const dead = locks.filter(({ fields }) => isDead(fields, now))
    for (const { labels } of dead) await this.#gateway.send('DELETE', groupPath(labels), null, 'always')
    return { others: locks.filter((lock) => !dead.includes(lock)).map(toRegister), view }
  }

  async wait(ahead: number): Promise<void> {
    if (this.#gateway.patience.isOver())
      throw new TemporaryError(`${counted(ahead, 'other run')} of this repository held it for too long`)
    const { ticket, seconds, begunAt } = this.#written
    if (performance.now() - begunAt > refreshAfterMs) await this.#put(ticket, seconds)
    const pollMs = Math.max(shortestPollMs, 2 * this.#readMs) * Math.max(1, ahead)
    const ms = Math.min(pollMs, longestPollMs) * (0.75 + Math.random() / 2)
    await this.#gateway.pause(ms)
    this.#waitedMs += ms
  }

  async #readGroups(): Promise<Groups> {
    const startedAt = performance.now()
    const { text } = await this.#gateway.send('GET', groupsPath, null, 'always')
    this.#readMs = performance.now() - startedAt
    return parseGroups(text)
  }
}

const tooSlow = 'it took too long to answer'

/** Others may have had their turn meanwhile. */
class LockGoneError extends TemporaryError {}

function exposition(ticket: number, seconds: number): string {
  return `# HELP ${ticketMetric} Runs write the metrics of their repository in the order of their tickets; 0 while they choose one.
# TYPE ${ticketMetric} gauge
${ticketMetric} ${ticket}
# HELP ${lifetimeMetric} Time after which this lock is a dead run's, unless it is written again.
# TYPE ${lifetimeMetric} gauge
${lifetimeMetric} ${seconds}
`
}

/** The same for all who look, however the gateway orders the labels. */
function idOf(labels: GroupLabels): string {
  return Object.keys(labels)
    .toSorted()
    .map((name) => labels[name])
    .join(' ')
}

function isDead(lock: Group, now: number): boolean {
  const seconds = Math.min(readValue(lock, lifetimeMetric) ?? writingSeconds, writingSeconds)
  return now - pushTime(lock) > seconds
}

function pushTime(group: Group): number {
  return readValue(group, 'push_time_seconds') ?? 0
}

function toRegister({ labels, fields }: Groups[number]): Register {
  return {
    id: idOf(labels),
    ticket: readValue(fields, ticketMetric) ?? 0,
  }
}

/**
 * An identity of 40 random bits in labels of 32 values each: as one label it would be a new value for every run, in every
 * Prometheus that happens to scrape while the lock stands.
 */
function ownLabels(repository: string): GroupLabels {
  const digits = [...randomBytes(8)].map((byte, place) => [`run_${place}`, (byte % 32).toString(32)])
  return { job, repository, ...Object.fromEntries(digits) }
}
