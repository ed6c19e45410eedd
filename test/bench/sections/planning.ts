import { execFile } from 'node:child_process'
import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { changedFiles, generatedChange } from '../generated-change.ts'
import { median, rounded, table } from '../numbers.ts'
import { measuredPhases, type Planned } from '../planning/phases.ts'

const rounds = 3
const fileCounts = [10, 100, 1_000, 3_000]
const additionsInFile = 24
const deletionsInFile = 9.34

/** What the review computes by itself, without a network: from GitHub's list to prompts, and from answers to comments. */
export async function planning(): Promise<string> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'patchpilot-bench-'))
  const given = await Promise.all(fileCounts.map((files) => layOut(files, join(folder.path, String(files)))))
  const all = given.map((): Planned[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, paths] of given.entries()) all[index]?.push(await inOwnProcess(paths))
    process.stderr.write('.')
  }
  process.stderr.write('\n')
  const head = ['files', 'lines', 'requests', 'processor', 'a line', ...measuredPhases, 'peak memory']
  return [
    `Whole reviews without a network; processor time in ms, medians of ${rounds} rounds in turns, each in a process of its own:`,
    table([head, ...all.map((planned, index) => row(fileCounts[index] ?? 0, planned))]),
    '  Target: 3,000 files with 100,000 lines within 2,000 ms; the time for a line does not grow.\n',
  ].join('\n')
}

/** The list of changed files in a file, and the head in a folder. */
async function layOut(files: number, folder: string): Promise<readonly [list: string, head: string]> {
  const size = { files, additions: files * additionsInFile, deletions: Math.floor(files * deletionsInFile) }
  const { before, after } = generatedChange(size)
  const [list, head] = [join(folder, 'files.json'), join(folder, 'head')]
  await mkdir(head, { recursive: true })
  await writeFile(list, JSON.stringify(changedFiles({ before, after })))
  for (const [path, text] of Object.entries({ ...before, ...after })) {
    if (text === null) continue
    await mkdir(dirname(join(head, path)), { recursive: true })
    await writeFile(join(head, path), text)
  }
  return [list, head]
}

async function inOwnProcess(paths: readonly string[]): Promise<Planned> {
  const script = fileURLToPath(new URL('../planning/process.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...paths])
  return JSON.parse(stdout)
}

function row(files: number, planned: readonly Planned[]): string[] {
  const middle = (of: (one: Planned) => number) => median(planned.map(of))
  const cpu = (one: Planned) => measuredPhases.reduce((sum, phase) => sum + one.cpuMs[phase], 0)
  return [
    ...[rounded(files), rounded(middle(({ lines }) => lines)), rounded(middle(({ requests }) => requests))],
    ...[
      rounded(middle(cpu)),
      `${rounded(
        middle((one) => (1000 * cpu(one)) / one.lines),
        1,
      )} µs`,
    ],
    ...measuredPhases.map((phase) => rounded(middle(({ cpuMs }) => cpuMs[phase]))),
    `${rounded(middle(({ peakBytes }) => peakBytes) / 1e6)} MB`,
  ]
}
