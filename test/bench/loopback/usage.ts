import { spawn } from 'node:child_process'
import { mkdtempDisposable, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'

const Usage = v.object({
  /** User's and system's. */
  cpuMs: v.number(),
  peakBytes: v.number(),
})

export type Usage = v.InferOutput<typeof Usage>

/**
 * Runs what starts a process with this environment, and tells what the process has used. With
 * `BENCH_NODE_OPTIONS='--cpu-prof --cpu-prof-dir=profiles'` it leaves a profile as well.
 */
export async function withUsage<Result>(
  run: (env: Readonly<Record<string, string>>) => Promise<Result>,
): Promise<{ readonly result: Result; readonly usage: Usage }> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'patchpilot-bench-'))
  const file = join(folder.path, 'usage.json')
  const reporter = fileURLToPath(new URL('report-usage.cjs', import.meta.url))
  const options = `--require ${JSON.stringify(reporter)} ${process.env.BENCH_NODE_OPTIONS ?? ''}`
  const result = await run({ NODE_OPTIONS: options, BENCH_USAGE_FILE: file })
  return { result, usage: v.parse(Usage, JSON.parse(await readFile(file, 'utf8'))) }
}

/** An empty process from its start to its end: what nobody who runs on Node can go below. */
export async function emptyProcess(): Promise<{ readonly wallMs: number; readonly usage: Usage }> {
  const { result: wallMs, usage } = await withUsage(
    (env) =>
      new Promise<number>((resolve, reject) => {
        const child = spawn(process.execPath, ['-e', '0'], { env: { PATH: process.env.PATH, ...env } })
        let startedAt = 0
        child.once('spawn', () => {
          startedAt = performance.now()
        })
        child.once('error', reject)
        child.once('exit', () => resolve(performance.now() - startedAt))
      }),
  )
  return { wallMs, usage }
}
