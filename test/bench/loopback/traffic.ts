import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import * as v from 'valibot'

const Exchange = v.object({
  port: v.number(),
  method: v.string(),
  path: v.string(),
  /** On the clock that all processes of a machine share; null where no answer was sent. */
  arrivedAtMs: v.number(),
  answeredAtMs: v.nullable(v.number()),
})
export type Exchange = v.InferOutput<typeof Exchange>

const Prompt = v.object({
  /** All messages as one text. */
  text: v.string(),
  /** Of the answer, as JSON. */
  schema: v.string(),
})
export type Prompt = v.InferOutput<typeof Prompt>

/** What went over the wire in one run, as the servers saw it. */
export const Traffic = v.object({
  gitHub: v.array(Exchange),
  model: v.array(Exchange),
  prompts: v.array(Prompt),
  /** Where GitHub's published schema was broken. */
  violations: v.array(v.string()),
})
export type Traffic = v.InferOutput<typeof Traffic>

/** In milliseconds, the same in all processes of a machine: `performance.now()` begins anew in each. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** Notes every exchange of every server in this process. https://nodejs.org/api/diagnostics_channel.html#http */
export function watchServers(): Exchange[] {
  const exchanges: Exchange[] = []
  const open = new WeakMap<IncomingMessage, Exchange>()
  subscribe('http.server.request.start', (message) => {
    const request = requestOf(message)
    const exchange: Exchange = {
      port: request.socket.localPort ?? 0,
      method: request.method ?? '',
      path: request.url ?? '',
      arrivedAtMs: sharedNow(),
      answeredAtMs: null,
    }
    open.set(request, exchange)
    exchanges.push(exchange)
  })
  subscribe('http.server.response.finish', (message) => {
    const exchange = open.get(requestOf(message))
    if (exchange !== undefined) exchange.answeredAtMs = sharedNow()
  })
  return exchanges
}

const About = v.object({ request: v.custom<IncomingMessage>((value) => typeof value === 'object') })

function requestOf(message: unknown): IncomingMessage {
  return v.parse(About, message).request
}
