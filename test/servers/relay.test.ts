import { createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import { ask } from './ask.ts'
import { type Behaviour, pass, startRelay } from './relay.ts'

/** Answers with what it was asked, and counts. */
async function startEcho() {
  const asked: string[] = []
  const server = createServer(async (incoming, response) => {
    let body = ''
    for await (const piece of incoming.setEncoding('utf8')) body += piece
    asked.push(`${incoming.method} ${incoming.url} ${body}`)
    response.writeHead(201, { 'x-echo': incoming.headers['x-question'] ?? '' }).end(`echo of ${body}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The echo has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const question = { method: 'PUT', body: 'hello', headers: { 'x-question': 'why' } } as const
const path = '/a%2Fb/c@base64/=?q=1'

async function askThrough(behaviour: Behaviour) {
  await using echo = await startEcho()
  await using relay = await startRelay(echo.url, () => behaviour)
  const signal = AbortSignal.timeout(300)
  const outcome = await ask(`${relay.url}${path}`, { ...question, signal }).then(
    ({ status, body }) => `${status} ${body}`,
    (error: Error & { code?: string }) => error.code ?? error.name,
  )
  return { outcome, asked: echo.asked, requests: [...relay.requests] }
}

describe.concurrent('the relay', () => {
  test('lets pass and records', async () => {
    const { outcome, asked, requests } = await askThrough(pass)
    expect(outcome).toBe('201 echo of hello')
    expect(asked).toEqual([`PUT ${path} hello`])
    expect(requests).toMatchObject([
      { index: 0, method: 'PUT', path, body: 'hello', headers: { 'x-question': 'why' }, relayed: 201 },
    ])
  })

  test.each<[string, Behaviour, string, number]>([
    ['answers itself', { kind: 'answer', status: 503, body: 'busy' }, '503 busy', 0],
    ['loses the answer', { kind: 'answer', status: 500, forward: true }, '500 ', 1],
    ['hangs up before', { kind: 'reset' }, 'ECONNRESET', 0],
    ['hangs up after', { kind: 'reset', forward: true }, 'ECONNRESET', 1],
    ['says nothing', { kind: 'hang' }, 'ABORT_ERR', 0],
    ['says nothing after', { kind: 'hang', forward: true }, 'ABORT_ERR', 1],
    ['never ends the answer', { kind: 'stall' }, 'ABORT_ERR', 1],
    ['breaks the answer off', { kind: 'truncate' }, 'ECONNRESET', 1],
    ['is slow', { kind: 'pass', afterMs: 50 }, '201 echo of hello', 1],
    ['rewrites', { kind: 'pass', rewrite: (text) => text.toUpperCase() }, '201 ECHO OF HELLO', 1],
  ])('%s', async (_, behaviour, outcome, asked) => {
    expect(await askThrough(behaviour)).toMatchObject({ outcome, asked: { length: asked } })
  })

  test('behaves otherwise when told so, and as if not there when nothing is behind it', async () => {
    const echo = await startEcho()
    await using relay = await startRelay(echo.url)
    expect((await ask(relay.url)).status).toBe(201)
    relay.behave = ({ index }) => (index === 1 ? { kind: 'answer', status: 404 } : pass)
    expect((await ask(relay.url)).status).toBe(404)
    expect((await ask(relay.url)).status).toBe(201)
    await echo[Symbol.asyncDispose]()
    await expect(ask(relay.url)).rejects.toThrow('socket hang up')
  })
})
