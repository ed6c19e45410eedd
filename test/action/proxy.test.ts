import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { useProxyFromEnvironment } from '../../src/action/proxy.ts'
import type { Logger } from '../../src/ports/logger.ts'

const source = new URL('../../src/action/proxy.ts', import.meta.url).href

const node = vi.hoisted((): { setGlobalProxyFromEnv: (() => void) | undefined } => ({
  setGlobalProxyFromEnv: undefined,
}))
vi.mock('node:http', () => ({
  get setGlobalProxyFromEnv() {
    return node.setGlobalProxyFromEnv
  },
}))

/** Refuses everything and remembers what it was asked for first. */
async function startProxy() {
  const asked: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (head) => {
      asked.push(head.toString().split('\r\n')[0] ?? '')
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    [Symbol.asyncDispose]: async () => void (await once(server.close(), 'close')),
  }
}

/** What a process that was started with this environment does: `fetch` is the one that the clients use. */
async function fetchIn(environment: Record<string, string>, url: string): Promise<void> {
  const script = `
    const { useProxyFromEnvironment } = await import('${source}')
    await useProxyFromEnvironment(process.env, console)
    await fetch('${url}').catch(() => {})`
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    env: environment,
  })
}

describe('the proxy of a self-hosted runner', () => {
  it.each([
    ['https_proxy', 'https://models.invalid/v1'],
    ['HTTPS_PROXY', 'https://models.invalid/v1'],
    ['http_proxy', 'http://models.invalid/v1'],
    ['HTTP_PROXY', 'http://models.invalid/v1'],
  ])('set as %s gets the requests to %s', async (name, url) => {
    await using proxy = await startProxy()
    await fetchIn({ [name]: proxy.url }, url)
    expect(proxy.asked[0]).toMatch(/^(CONNECT|GET) (http:\/\/)?models\.invalid\b/)
  })

  it('is left out for the servers that `no_proxy` names', async () => {
    await using proxy = await startProxy()
    await fetchIn({ http_proxy: proxy.url, no_proxy: 'models.invalid' }, 'http://models.invalid/v1')
    expect(proxy.asked).toEqual([])
  })
})

describe('the settings of this process', () => {
  const warning = vi.fn<Logger['warning']>()
  const logger: Logger = { info: () => {}, warning, debug: () => {} }
  afterEach(() => warning.mockClear())

  it.each([
    ['no proxy is set', {}],
    ['it is set to nothing', { https_proxy: '', HTTP_PROXY: '' }],
    ['Node has been told to use it itself', { https_proxy: 'http://proxy:1', NODE_USE_ENV_PROXY: '1' }],
  ])('stay as they are where %s', async (_, environment) => {
    node.setGlobalProxyFromEnv = vi.fn()
    await useProxyFromEnvironment(environment, logger)
    expect(node.setGlobalProxyFromEnv).not.toHaveBeenCalled()
    expect(warning).not.toHaveBeenCalled()
  })

  it('change once, and without a word, where one is set', async () => {
    node.setGlobalProxyFromEnv = vi.fn()
    await useProxyFromEnvironment({ HTTPS_PROXY: 'http://proxy:1' }, logger)
    expect(node.setGlobalProxyFromEnv).toHaveBeenCalledOnce()
    expect(warning).not.toHaveBeenCalled()
  })

  it('cannot be changed in an older Node: the user is told what to set, and no password', async () => {
    node.setGlobalProxyFromEnv = undefined
    await useProxyFromEnvironment({ HTTP_PROXY: 'http://user:secret@proxy:1' }, logger)
    expect(warning.mock.calls).toEqual([
      ["this runner's Node ignores HTTP_PROXY: set NODE_USE_ENV_PROXY: 1 in the step's env"],
    ])
  })
})
