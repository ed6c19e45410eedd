import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SimulatedPullRequest } from '../simulators/github/index.ts'
import { sign } from './forgeries.ts'
import { webhookSecret } from './replicas.ts'
import type { SeededRandom } from './seeded-random.ts'
import { price, type Site } from './site.ts'
import { type Authored, isReviewed } from './verify.ts'

const mostOpen = 8
const longestPauseMs = 400
/** GitHub gives up. https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks */
const deliveryMs = 10_000

/** People who open pull requests, push to them and close them once they were reviewed; and GitHub, which tells the App. */
export class Authors {
  readonly all: Authored[] = []
  readonly #site: Site
  readonly #random: SeededRandom
  readonly #webhookUrl: () => string
  readonly #deliveries = new Set<Promise<void>>()

  constructor(site: Site, random: SeededRandom, webhookUrl: () => string) {
    this.#site = site
    this.#random = random
    this.#webhookUrl = webhookUrl
  }

  async work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#doSomething()
      await sleep(this.#random.below(longestPauseMs), undefined, { signal }).catch(() => {})
    }
    await Promise.all(this.#deliveries)
  }

  async #doSomething(): Promise<void> {
    const open = this.all.filter(({ pull }) => pull.state.state === 'open')
    const [first, ...others] = open
    if (first === undefined || (open.length < mostOpen && this.#random.chance(0.4))) return this.#open()
    const chosen = this.#random.pick([first, ...others])
    const isSeldom = this.#random.chance(0.3)
    if (isReviewed(chosen) && !isSeldom) chosen.pull.close()
    // Not always: a head that is pushed over again and again would never be reviewed.
    else if (isReviewed(chosen) || isSeldom) await this.#push(chosen)
  }

  async #open(): Promise<void> {
    const number = `export const number = ${this.all.length}\n`
    const files = { 'src/price.ts': price.after, 'src/number.ts': number }
    const pull = await this.#site.repository.openPullRequest({ files })
    this.all.push({ pull, heads: [pull.headSha] })
    this.#deliver(pull, 'opened')
  }

  async #push({ pull, heads }: Authored): Promise<void> {
    await pull.push({ 'src/number.ts': `export const number = ${this.all.length}.${heads.length}\n` })
    heads.push(pull.headSha)
    this.#deliver(pull, 'synchronize')
  }

  #deliver(pull: SimulatedPullRequest, action: string): void {
    const { installation } = this.#site
    const payload = { ...pull.event(action), installation: { id: installation.installationId } }
    const guid = randomUUID()
    const delivery = this.#post(guid, JSON.stringify(payload)).then((outcome) => {
      installation.recordDelivery({ event: 'pull_request', payload, guid, ...outcome })
      this.#deliveries.delete(delivery)
    })
    this.#deliveries.add(delivery)
  }

  async #post(guid: string, body: string): Promise<{ statusCode: number; status?: string }> {
    const headers = {
      ...{ 'content-type': 'application/json', 'x-github-event': 'pull_request' },
      ...{
        'x-github-delivery': guid,
        'x-hub-signature-256': sign(Buffer.from(body), webhookSecret).signature,
      },
    }
    const signal = AbortSignal.timeout(deliveryMs)
    try {
      const response = await fetch(this.#webhookUrl(), { method: 'POST', body, headers, signal })
      await response.arrayBuffer()
      return { statusCode: response.status }
    } catch {
      return { statusCode: 0, status: 'failed to connect to host' }
    }
  }
}
