import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { FixableError, TemporaryError } from '../../src/errors.ts'
import { createHttpServer, json, type Request, type Route } from '../../src/server/http.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean()
})

/** A server of an echo and these routes; what it was asked, and what it told of its answers and failures. */
async function serve(...routes: readonly Route[]) {
  const asked: Request[] = []
  const answered: unknown[] = []
  const failures: unknown[] = []
  const echo: Route = {
    method: 'POST',
    paths: ['/echo/', '/echo'],
    refuse: ({ authorization }) => (authorization === 'none' ? json(401, { reason: 'unsigned' }) : null),
    answer: async (request) => {
      asked.push(request)
      return { status: 200, body: request.body.slice(0, 100), contentType: 'text/plain' }
    },
  }
  const server = createHttpServer(
    [echo, ...routes],
    (...told) => answered.push(told),
    (error) => failures.push(error),
  )
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const { port } = address
  const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init)
  /** Bytes as they are, on a connection of their own. */
  const open = (bytes: string) => {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    cleanups.push(() => socket.destroy())
    socket.write(bytes)
    return socket
  }
  return { ask, open, asked, answered, failures }
}

function get(path: string, answer: Route['answer']): Route {
  return { method: 'GET', paths: [path], answer }
}

const health = get('/health', async () => json(200, { status: 'alive' }))
const endpointsOf = (answered: readonly unknown[]) =>
  answered.map((told) => (Array.isArray(told) ? told.slice(0, 3).join(' ') : ''))

describe('a request', () => {
  it('is answered by its route, and told of under the name of that', async () => {
    const { ask, asked, answered } = await serve()
    const response = await ask('/echo?full=1', { method: 'POST', body: 'grüße 👋', headers: { 'x-a': 'b' } })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain')
    expect(await response.text()).toBe('grüße 👋')
    expect(asked).toMatchObject([{ headers: { 'x-a': 'b' }, body: 'grüße 👋' }])
    expect(answered).toEqual([['POST', '/echo/', 200, expect.any(Number)]])
  })

  it('for the head of an answer gets no more than that', async () => {
    const { ask, answered } = await serve(health)
    const response = await ask('/health', { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).toBe(String('{"status":"alive"}\n'.length))
    expect(await response.text()).toBe('')
    expect(endpointsOf(answered)).toEqual(['HEAD /health 200'])
  })

  it.each([
    ['GET', '/echo/', 405, '/echo/', /only POST/],
    ['DELETE', '/health', 405, '/health', /only GET/],
    ['GET', '/echo/more', 404, 'other', /no such route/],
    ['GET', '/%2e%2e/health%00', 404, 'other', /no such route/],
  ])('%s %s that no route is for is answered with %i', async (method, path, status, endpoint, reason) => {
    const { ask, asked, answered } = await serve(health)
    const response = await ask(path, { method })
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ reason: expect.stringMatching(reason) })
    expect(response.headers.has('allow')).toBe(status === 405)
    expect(endpointsOf(answered)).toEqual([`${method} ${endpoint} ${status}`])
    expect(asked).toEqual([])
  })

  it.each(['//', 'http://[', '*', '/:0//@'])(
    'for %s, which is no path, does no harm to the others',
    async (path) => {
      const { ask, open, failures } = await serve(health)
      const socket = open(`GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`)
      expect(await text(socket)).toMatch(/^HTTP\/1.1 404 /)
      expect((await ask('/health')).status).toBe(200)
      expect(failures).toEqual([])
    },
  )
})

describe('what goes wrong', () => {
  const failing = (error: Error) => get('/fails', () => Promise.reject(error))

  it('for a time is no failure of ours, and says so', async () => {
    const { ask, failures } = await serve(failing(new TemporaryError('GitHub is down')))
    const response = await ask('/fails')
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({ reason: 'GitHub is down' })
    expect(failures).toEqual([])
  })

  it.each([new TypeError('secret is not a function'), new FixableError('secret')])(
    'without anybody having foreseen it is told to us only: %s',
    async (error) => {
      const { ask, answered, failures } = await serve(failing(error))
      const response = await ask('/fails')
      expect(response.status).toBe(500)
      expect(await response.text()).not.toContain('secret')
      expect(failures).toEqual([error])
      expect(endpointsOf(answered)).toEqual(['GET /fails 500'])
    },
  )

  it('because a client left in the middle of its body is no failure of ours', async () => {
    const { ask, open, asked, answered, failures } = await serve(health)
    const socket = open('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf')
    await once(socket, 'connect')
    expect((await ask('/health')).status).toBe(200)
    socket.destroy()
    await expect.poll(() => endpointsOf(answered)).toEqual(['GET /health 200', 'POST /echo/ 400'])
    expect([...asked, ...failures]).toEqual([])
  })
})

const mebibyte = 1024 * 1024

/** Bodies of unknown length, piece by piece. */
function endless(mebibytes: number): ReadableStream {
  const piece = new Uint8Array(mebibyte)
  let left = mebibytes
  return new ReadableStream({
    pull: (controller) => (left-- > 0 ? controller.enqueue(piece) : controller.close()),
  })
}

/** The answer to what was sent, which has arrived before the connection ends. */
async function answerTo(socket: Socket): Promise<string> {
  let read = ''
  for await (const piece of socket.iterator({ destroyOnReturn: false })) {
    read += piece
    if (/\r\n\r\n.*\n$/s.test(read)) break
  }
  return read
}

describe('a body', () => {
  it('may be as large as the largest of GitHub', async () => {
    const { ask, asked } = await serve()
    const response = await ask('/echo', { method: 'POST', body: 'x'.repeat(25 * mebibyte) })
    expect(response.status).toBe(200)
    expect(asked[0]?.body).toHaveLength(25 * mebibyte)
  })

  it('that says it is larger is not waited for', async () => {
    const { open, asked, answered } = await serve()
    const socket = open(`POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: ${25 * mebibyte + 1}\r\n\r\n`)
    const answer = await answerTo(socket)
    expect(answer).toMatch(/^HTTP\/1.1 413 /)
    expect(answer).toMatch(/connection: close/i)
    expect(endpointsOf(answered)).toEqual(['POST /echo/ 413'])
    expect(asked).toEqual([])
  })

  it('that turns out to be larger is read into nothing, and who sends it is told so', async () => {
    const { ask, asked, answered } = await serve()
    const response = await ask('/echo', { method: 'POST', body: endless(40), duplex: 'half' })
    expect(response.status).toBe(413)
    expect(endpointsOf(answered)).toEqual(['POST /echo/ 413'])
    expect(asked).toEqual([])
  })

  it('is refused while those of others take all the memory there is for them', async () => {
    const { ask, open } = await serve()
    const unfinished = 'x'.repeat(25 * mebibyte - 1)
    const sockets = Array.from({ length: 10 }, () =>
      open(`POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: ${25 * mebibyte}\r\n\r\n${unfinished}`),
    )
    const small = async () => (await ask('/echo', { method: 'POST', body: 'more than ten bytes' })).status
    await expect.poll(small).toBe(503)
    for (const socket of sockets) socket.destroy()
    await expect.poll(small).toBe(200)
  })

  it('of a request that is refused is not read, and is not taken for the next one', async () => {
    const { open, asked, answered } = await serve()
    const socket = open(
      'POST /echo HTTP/1.1\r\nhost: a\r\nauthorization: none\r\ncontent-length: 500\r\n\r\nPOST /echo HTTP/1.1\r\n\r\n',
    )
    const answer = await answerTo(socket)
    expect(answer).toMatch(/^HTTP\/1.1 401 .*connection: close.*"reason":"unsigned"/is)
    expect(asked).toEqual([])
    expect(endpointsOf(answered)).toEqual(['POST /echo/ 401'])
  })

  it('that was read leaves the connection to the next request', async () => {
    const { open, asked } = await serve()
    const one = 'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n'
    const socket = open(`${one}\r\none${one}connection: close\r\n\r\ntwo`)
    expect((await text(socket)).match(/HTTP\/1.1 200/g)).toHaveLength(2)
    expect(asked.map(({ body }) => body)).toEqual(['one', 'two'])
  })
})
