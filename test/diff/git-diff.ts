import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hunk } from '../../src/diff/patch.ts'
import type { ChangedFile } from '../../src/pull-request.ts'
import { fileFrom } from './changes.ts'

export type Difference = { readonly before: string; readonly after: string; readonly file: ChangedFile }

/** What git says about these pairs of files, in the form in which GitHub passes it on. */
export function diffWithGit(pairs: readonly (readonly [string, string])[], context: number): Difference[] {
  const folder = mkdtempSync(join(tmpdir(), 'patch-'))
  try {
    pairs.forEach((pair, at) => {
      for (const [version, blob] of [['old', pair[0]] as const, ['new', pair[1]] as const]) {
        mkdirSync(join(folder, version), { recursive: true })
        writeFileSync(join(folder, version, `${at}.txt`), blob)
      }
    })
    const run = (...options: string[]) =>
      spawnSync('git', ['diff', '--no-index', '--text', ...options, 'old', 'new'], {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
        maxBuffer: 1e8,
      }).stdout
    const counts = run('--numstat').split('\n')
    const patches = `\n${run(`--unified=${context}`)}`.split('\ndiff --git ').slice(1)
    return patches.map((patch, at) => {
      const [before, after] = pairs[Number(/^a\/old\/(\d+)/.exec(patch)?.[1])] ?? ['', '']
      const [additions, deletions] = (counts[at] ?? '').split('\t').map(Number)
      const start = patch.indexOf('\n@@ ')
      return {
        before,
        after,
        file: {
          ...fileFrom('src/app.ts', patch.slice(start + 1).replace(/\n$/, '')),
          additions: additions ?? -1,
          deletions: deletions ?? -1,
        },
      }
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Lines of a file as git counts them. */
export const linesOf = (blob: string): string[] => (blob === '' ? [] : blob.replace(/\n$/, '').split('\n'))

/** Replays the hunks on the old file: only a diff without any mistake leads to the new one. */
export function replay(before: string, hunks: readonly Hunk[]): string[] {
  const old = linesOf(before)
  const result: string[] = []
  let next = 0
  for (const hunk of hunks) {
    const first = hunk.lines.find((line) => line.oldLine !== null)?.oldLine
    const start = first === undefined || first === null ? hunk.oldStart : first - 1
    result.push(...old.slice(next, start))
    next = start
    for (const line of hunk.lines) {
      if (line.newLine !== null) result.push(line.text)
      if (line.oldLine !== null) next++
    }
  }
  return [...result, ...old.slice(next)]
}
