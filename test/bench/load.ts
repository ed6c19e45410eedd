import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SignedDelivery } from './deliveries.ts'

const connections = 32

/** How long each acknowledgement took, and how many there were in a second. */
export type Acknowledged = { readonly perSecond: number; readonly latenciesMs: readonly number[] }

/** As fast as they are acknowledged, over so many connections that each wait for their answer. */
export async function sendAll(url: string, deliveries: readonly SignedDelivery[]): Promise<Acknowledged> {
  using agent = new LoadAgent()
  const latenciesMs: number[] = []
  let next = 0
  const startedAt = performance.now()
  async function oneConnection() {
    for (let delivery = deliveries[next++]; delivery !== undefined; delivery = deliveries[next++]) {
      const sentAt = performance.now()
      await send(url, delivery, agent)
      latenciesMs.push(performance.now() - sentAt)
    }
  }
  await Promise.all(Array.from({ length: connections }, oneConnection))
  return { perSecond: (deliveries.length / (performance.now() - startedAt)) * 1000, latenciesMs }
}

/**
 * At this rate, whether or not the ones before were acknowledged. Latencies count from when each was due: a server that
 * stalls does not get fewer deliveries for it.
 */
export async function sendPaced(
  url: string,
  deliveries: readonly SignedDelivery[],
  perSecond: number,
): Promise<Acknowledged> {
  using agent = new LoadAgent()
  const startedAt = performance.now()
  const latenciesMs = await Promise.all(
    deliveries.map(async (delivery, index) => {
      const dueAt = startedAt + (index / perSecond) * 1000
      await sleep(Math.max(0, dueAt - performance.now()))
      await send(url, delivery, agent)
      return performance.now() - dueAt
    }),
  )
  return { perSecond: (deliveries.length / (performance.now() - startedAt)) * 1000, latenciesMs }
}

class LoadAgent extends Agent {
  constructor() {
    super({ keepAlive: true, maxSockets: connections * 8 })
  }
  [Symbol.dispose]() {
    this.destroy()
  }
}

/** Rejects unless it was accepted. */
function send(url: string, delivery: SignedDelivery, agent: Agent): Promise<void> {
  const { headers, body } = delivery
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers, agent }, (incoming) => {
      const accepted = incoming.statusCode === 200 || incoming.statusCode === 202
      let text = ''
      incoming.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      incoming.once('error', reject)
      incoming.once('end', () => (accepted ? resolve() : reject(new Error(`${incoming.statusCode} ${text}`))))
    })
    // A server may close a connection that was idle just as it is used again. https://nodejs.org/api/http.html#requestreusedsocket
    outgoing.once('error', (error) =>
      outgoing.reusedSocket ? resolve(send(url, delivery, agent)) : reject(error),
    )
    outgoing.end(body)
  })
}
