import { createServer } from 'node:net'

/** Below those that systems give to connections: nothing else comes to have it while its server is down. */
const ports = { from: 20_000, to: 30_000 } as const

/** Whoever was told of one may not listen yet. */
const given = new Set<number>()

/** A port of loopback that nobody listens on, for servers that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = ports.from + Math.floor(Math.random() * (ports.to - ports.from))
    if (given.has(port) || !(await isFree(port))) continue
    given.add(port)
    return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
