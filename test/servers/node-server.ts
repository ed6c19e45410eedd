import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export type NodeServerOptions = {
  /** From the project's folder. */
  readonly script: string
  readonly port: number
  /** Nothing else of ours but `PATH`. */
  readonly env: Readonly<Record<string, string>>
  /** Answers with 200 once the server can be used. */
  readonly readyPath: string
  /** Whatever it writes is added to this file, which can be that of an earlier one. */
  readonly logFile: string
}

export type NodeServer = AsyncDisposable & {
  readonly url: string
  /** Once it can be used; rejects when it ends before, or takes too long. */
  readonly ready: Promise<void>
  readonly hasEnded: () => boolean
  /** With SIGKILL; it is gone then. */
  kill(): Promise<void>
}

const startMs = 60_000
const project = fileURLToPath(new URL('../..', import.meta.url))

/** A server of Node's on loopback, in a process of its own that does not outlive us. */
export function startNodeServer(options: NodeServerOptions): NodeServer {
  const { script, port, env, readyPath, logFile } = options
  const log = openSync(logFile, 'a')
  const child = spawn(process.execPath, [join(project, script)], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), ...env },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const sendKill = () => child.kill('SIGKILL')
  process.once('exit', sendKill)
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  async function kill() {
    process.off('exit', sendKill)
    if (!hasEnded() && sendKill()) await once(child, 'exit')
  }
  async function untilReady() {
    const deadline = performance.now() + startMs
    while (!(await isOk(`${url}${readyPath}`))) {
      if (hasEnded() || performance.now() > deadline)
        throw new Error(`${script} did not start: ${readFileSync(logFile, 'utf8').slice(-2_000)}`)
      await sleep(20)
    }
  }
  const url = `http://127.0.0.1:${port}`
  const ready = untilReady()
  // Nobody has to wait for it.
  ready.catch(() => {})
  return { url, ready, hasEnded, kill, [Symbol.asyncDispose]: kill }
}

function isOk(url: string): Promise<boolean> {
  return fetch(url).then(
    async (response) => {
      await response.arrayBuffer()
      return response.ok
    },
    () => false,
  )
}
