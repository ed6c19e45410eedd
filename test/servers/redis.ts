import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { type ServerProcess, startProgram } from './server-process.ts'

export type RedisOptions = {
  /** Every write is in a file before it is acknowledged, and there again after a restart; off unless told. */
  readonly appendonly?: boolean
  readonly requirepass?: string
}

export type RedisServer = AsyncDisposable & {
  /** To be used as `REDIS_URL`. */
  readonly url: string
  /** At once, in the middle of whatever it does. */
  kill(): Promise<void>
  /** On the same port with the same data folder; one that still runs is told to stop first. */
  restart(): Promise<void>
  /** It answers nothing until `resume`; connections stay open. */
  pause(): void
  resume(): void
  output(): string
}

/** The real Redis on a free port of loopback, with nothing in it; to be held with `await using`. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'patchpilot-redis-'))
  const port = await freePort()
  const start = () => startServer(port, folder.path, options)
  let server = await start().catch(async (error) => {
    await folder.remove()
    throw error
  })
  async function kill() {
    server.signal('SIGKILL')
    await server.ended
  }
  const password = options.requirepass ?? ''
  return {
    url: `redis://${password === '' ? '' : `:${encodeURIComponent(password)}@`}${server.address}`,
    kill,
    async restart() {
      await server.stop()
      server = await start()
    },
    pause: () => server.signal('SIGSTOP'),
    resume: () => server.signal('SIGCONT'),
    output: () => server.output(),
    async [Symbol.asyncDispose]() {
      await kill()
      await folder.remove()
    },
  }
}

function startServer(port: number, folder: string, options: RedisOptions): Promise<ServerProcess> {
  const { appendonly = false, requirepass = '' } = options
  const settings = {
    ...{ bind: '127.0.0.1', port: String(port), dir: folder, save: '' },
    ...{ appendonly: appendonly ? 'yes' : 'no', requirepass },
    // a slow disk would let it answer before it has written
    appendfsync: 'always',
  }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  return startProgram('redis-server', args, (output) =>
    output.includes('Ready to accept connections') ? `127.0.0.1:${port}` : undefined,
  )
}
