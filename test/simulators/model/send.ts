import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Completion } from './answer.ts'
import type { Fault } from './faults.ts'
import type { HttpReply } from './http-errors.ts'

/** Sends one answer and ends when it is sent or the client has left. */
export type Sender = {
  readonly response: ServerResponse
  /** Aborted when the client leaves or the server stops. */
  readonly signal: AbortSignal
  readonly envelope: (completion: Completion) => object
  /** A path of this server that will give this completion when asked. */
  readonly redirectTo: (completion: Completion) => string
}

export function sendReply(response: ServerResponse, { status, body, headers = {} }: HttpReply): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

export async function sendFault(sender: Sender, fault: Fault): Promise<void> {
  const { response, signal, envelope } = sender
  switch (fault.kind) {
    case 'reply':
      sendReply(response, fault.reply)
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'hang':
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      return
    case 'redirect': {
      const location = fault.location ?? sender.redirectTo(fault.completion)
      sendReply(response, { status: 307, body: '', headers: { location } })
      return
    }
    case 'truncated': {
      const text = JSON.stringify(envelope(fault.completion))
      const { socket } = response
      startJson(response, Buffer.byteLength(text))
      response.write(text.slice(0, text.length / 2), () => socket?.destroy())
      return
    }
    case 'drip': {
      const text = JSON.stringify(envelope(fault.completion))
      startJson(response)
      const size = Math.ceil(text.length / fault.pieces)
      for (let start = 0; start < text.length; start += size) {
        await sleep(fault.durationMs / fault.pieces, undefined, { signal })
        response.write(text.slice(start, start + size))
      }
      response.end()
      return
    }
    case 'blank-lines':
      startJson(response)
      for (let line = 0; line < fault.lines; line++) {
        response.write('\n')
        await sleep(fault.everyMs, undefined, { signal })
      }
      response.end(JSON.stringify(envelope(fault.completion)))
  }
}

function startJson(response: ServerResponse, length?: number): void {
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    ...(length === undefined ? {} : { 'content-length': length }),
  })
  response.flushHeaders()
}
