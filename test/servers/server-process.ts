import { type ChildProcess, spawn } from 'node:child_process'
import type { Program } from './installed.ts'

export type ServerProcess = {
  /** `127.0.0.1:PORT`. */
  readonly address: string
  /** Everything it has written. */
  output(): string
  signal(name: NodeJS.Signals): void
  readonly ended: Promise<void>
  stop(): Promise<void>
}

const startMs = 30_000
const stopMs = 5_000

/** None of them outlives us. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts one of Prometheus' programs and waits until it listens; with `:0` the port is any free one. */
export function startProcess(
  program: Program,
  listenAddress: string,
  args: readonly string[],
): Promise<ServerProcess> {
  return startProgram(
    program,
    [`--web.listen-address=${listenAddress}`, ...args],
    (output) => /msg="Listening on".* address=(\S+)/.exec(output)?.[1],
  )
}

/** Starts a program and waits until it has written where it listens, which `addressIn` reads. */
export async function startProgram(
  program: Program,
  args: readonly string[],
  addressIn: (output: string) => string | undefined,
): Promise<ServerProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  ended.then(() => running.delete(child))
  let output = ''
  async function stop() {
    if (child.pid === undefined) return
    child.kill('SIGTERM')
    const impatience = setTimeout(() => child.kill('SIGKILL'), stopMs)
    await ended
    clearTimeout(impatience)
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  try {
    const address = await listening(child, () => addressIn(output))
    return { address, output: () => output, signal: (name) => child.kill(name), ended, stop }
  } catch (error) {
    await stop()
    throw new Error(`${program} did not start: ${output.trim()}`, { cause: error })
  }
}

function listening(child: ChildProcess, address: () => string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const impatience = setTimeout(() => reject(new Error(`nothing listens after ${startMs} ms`)), startMs)
    child.once('error', reject)
    child.once('close', (code) => reject(new Error(`exit status ${code}`)))
    const look = () => {
      const found = address()
      if (found === undefined) return
      clearTimeout(impatience)
      resolve(found)
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
  })
}
