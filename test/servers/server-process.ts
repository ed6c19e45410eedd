import { type ChildProcess, spawn } from 'node:child_process'
import type { Program } from './installed.ts'

export type ServerProcess = {
  /** `127.0.0.1:PORT`. */
  readonly address: string
  stderr(): string
  stop(): Promise<void>
}

const startMs = 10_000
const stopMs = 5_000

/** None of them outlives us. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts one of Prometheus' programs and waits until it listens; with `:0` the port is any free one. */
export async function startProcess(
  program: Program,
  listenAddress: string,
  args: readonly string[],
): Promise<ServerProcess> {
  const child = spawn(program, [`--web.listen-address=${listenAddress}`, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  running.add(child)
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  closed.then(() => running.delete(child))
  let stderr = ''
  async function stop() {
    if (child.pid === undefined) return
    child.kill('SIGTERM')
    const impatience = setTimeout(() => child.kill('SIGKILL'), stopMs)
    await closed
    clearTimeout(impatience)
  }
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text: string) => {
    stderr += text
  })
  try {
    const address = await listening(child, () => stderr)
    return { address, stderr: () => stderr, stop }
  } catch (error) {
    await stop()
    throw new Error(`${program} did not start: ${stderr.trim()}`, { cause: error })
  }
}

function listening(child: ChildProcess, stderr: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const impatience = setTimeout(() => reject(new Error(`nothing listens after ${startMs} ms`)), startMs)
    child.once('error', reject)
    child.once('close', (code) => reject(new Error(`exit status ${code}`)))
    child.stderr?.on('data', () => {
      const address = /msg="Listening on".* address=(\S+)/.exec(stderr())?.[1]
      if (address === undefined) return
      clearTimeout(impatience)
      resolve(address)
    })
  })
}
