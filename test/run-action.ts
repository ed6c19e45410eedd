import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { actionEnvironment, type RunnerFiles } from './run-action/environment.ts'
import { parseFileCommands } from './run-action/file-commands.ts'
import { type LogCommand, parseLogCommands } from './run-action/log-commands.ts'

export type { LogCommand } from './run-action/log-commands.ts'

export type ActionRun = {
  /** As under `with:`. One not named here gets its default from action.yml; one that is '' stays ''. */
  readonly inputs: Readonly<Record<string, string>>
  readonly event: { readonly name: string; readonly payload: object }
  readonly github: {
    readonly url: string
    readonly serverUrl: string
    readonly graphqlUrl?: string
    readonly repository?: string
  }
  /** What `${{ github.token }}` stands for; the simulator's own unless told. */
  readonly token?: string
  readonly env?: Readonly<Record<string, string>>
  readonly runId?: string
  /** Debug logging is switched on for this run. */
  readonly debug?: boolean
  readonly onStart?: (run: { readonly pid: number; cancel(): void }) => void
  /** Each line of the log as it comes. */
  readonly onLine?: (line: string) => void
  /** The file to run instead of `dist/index.js`. */
  readonly main?: string
}

export type ActionResult = {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  /** What the file named by the output `report` holds; null without one. */
  readonly report: unknown
  /** Every workflow command the runner would have obeyed, in the order of the log. */
  readonly commands: readonly LogCommand[]
  /** Those of them that show on the pull request: `error`, `warning`, `notice`. */
  readonly annotations: readonly LogCommand[]
  readonly durationMs: number
}

const projectFolder = fileURLToPath(new URL('..', import.meta.url))
const node = join(projectFolder, 'node_modules/node/bin/node')

/** Runs the bundled action in a process of its own, exactly as the Actions runner does. */
export async function runAction(run: ActionRun): Promise<ActionResult> {
  const folder = await mkdtemp(join(tmpdir(), 'patchpilot-run-'))
  try {
    const files = await layOutFiles(folder, run.event.payload)
    const startedAt = performance.now()
    const ended = await runNode(run, files)
    const durationMs = performance.now() - startedAt
    const outputs = parseFileCommands(await readFile(files.output, 'utf8'))
    const commands = parseLogCommands(ended.lines)
    return {
      exitCode: ended.exitCode,
      signal: ended.signal,
      stdout: ended.stdout,
      stderr: ended.stderr,
      outputs,
      summary: await readFile(files.summary, 'utf8'),
      report: await readReport(outputs.report),
      commands,
      annotations: commands.filter(({ name }) => ['error', 'warning', 'notice'].includes(name)),
      durationMs,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function runNode(run: ActionRun, files: RunnerFiles) {
  const child = spawn(node, [run.main ?? join(projectFolder, 'dist/index.js')], {
    cwd: files.workspace,
    env: actionEnvironment(run, files, projectFolder),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const timers: NodeJS.Timeout[] = []
  /** https://github.com/actions/runner/blob/main/src/Runner.Sdk/ProcessInvoker.cs (`_sigintTimeout`, `_sigtermTimeout`) */
  function cancel() {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGINT')
    timers.push(setTimeout(() => child.kill('SIGTERM'), 7_500))
    timers.push(setTimeout(() => child.kill('SIGKILL'), 10_000))
  }
  const lines: string[] = []
  const noteLine = (line: string) => {
    lines.push(line)
    run.onLine?.(line)
  }
  const ended = new Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal }))
  })
  child.once('spawn', () => run.onStart?.({ pid: child.pid ?? 0, cancel }))
  try {
    const [stdout, stderr, end] = await Promise.all([
      collect(child.stdout, noteLine),
      collect(child.stderr, noteLine),
      ended,
    ])
    return { ...end, stdout, stderr, lines }
  } finally {
    for (const timer of timers) clearTimeout(timer)
  }
}

async function collect(stream: Readable, onLine: (line: string) => void): Promise<string> {
  let text = ''
  let rest = ''
  stream.setEncoding('utf8')
  for await (const piece of stream) {
    text += piece
    // The runner's line ends; `node:readline` would also split at U+2028.
    const lines = `${rest}${piece}`.split(/\r\n|\r|\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  }
  if (rest !== '') onLine(rest)
  return text
}

async function layOutFiles(folder: string, payload: object): Promise<RunnerFiles> {
  const at = (name: string) => join(folder, name)
  for (const name of ['workspace', 'temp', 'home']) await mkdir(at(name))
  for (const name of ['output', 'summary', 'state', 'env', 'path']) await writeFile(at(name), '')
  await writeFile(at('event.json'), JSON.stringify(payload))
  return {
    event: at('event.json'),
    output: at('output'),
    summary: at('summary'),
    state: at('state'),
    env: at('env'),
    path: at('path'),
    workspace: at('workspace'),
    temp: at('temp'),
    home: at('home'),
  }
}

async function readReport(path: string | undefined): Promise<unknown> {
  if (path === undefined || path === '' || !existsSync(path)) return null
  return JSON.parse(await readFile(path, 'utf8'))
}
