import fc from 'fast-check'
import { type FileDiff, type LineKind, parsePatch } from '../../src/diff/patch.ts'
import type { ChangedFile } from '../../src/pull-request.ts'

/** One line of a change: an edit script from the old file to the new one. */
export type Edit = { readonly kind: LineKind; readonly text: string }

/** Lines that have led parsers and quote matching astray: content that looks like a header, odd line ends, repeats. */
export const oddLines = [
  '',
  ' ',
  '}',
  '  }',
  '\treturn total',
  '  return total',
  'return total',
  'const total = items.length',
  '@@ -1 +1 @@',
  '--- a/src/app.ts',
  '+++ b/src/app.ts',
  'diff --git a/x b/x',
  '\\ No newline at end of file',
  '- item',
  '+ item',
  '-1',
  '12 +x',
  '```',
  '```ts',
  'CRLF line\r',
  'lone\rcarriage return',
  'form\ffeed',
  'line\u2028separator',
  '日本語 😀',
] as const

export const lineText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...oddLines) },
  { weight: 2, arbitrary: fc.stringMatching(/^[ -~]{0,12}$/) },
  { weight: 1, arbitrary: fc.nat(40).map((n) => `const value${n} = read(${n})`) },
)

export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    kind: fc.oneof(
      { weight: 3, arbitrary: fc.constant<LineKind>('context') },
      { weight: 2, arbitrary: fc.constantFrom<LineKind>('added', 'deleted') },
    ),
    text: lineText,
  }),
  { maxLength: 60 },
)

const signs: Readonly<Record<LineKind, string>> = { context: ' ', added: '+', deleted: '-' }

/** The patch GitHub would send for these edits, with three lines of context. */
export function changedFile(path: string, script: readonly Edit[]): ChangedFile {
  const shown = script.map((_, at) => script.slice(Math.max(0, at - 3), at + 4).some(isChange))
  const patch: string[] = []
  let [oldLine, newLine] = [1, 1]
  for (let at = 0; at < script.length; ) {
    const end = shown.indexOf(!shown[at], at)
    const run = script.slice(at, end < 0 ? script.length : end)
    const oldCount = run.filter(({ kind }) => kind !== 'added').length
    const newCount = run.filter(({ kind }) => kind !== 'deleted').length
    if (shown[at]) {
      const range = (start: number, count: number) => (count === 1 ? `${start}` : `${start},${count}`)
      const header = `@@ -${range(oldCount === 0 ? oldLine - 1 : oldLine, oldCount)} +${range(newCount === 0 ? newLine - 1 : newLine, newCount)} @@`
      patch.push(header, ...run.map(({ kind, text }) => signs[kind] + text))
    }
    oldLine += oldCount
    newLine += newCount
    at += run.length
  }
  return {
    path,
    previousPath: null,
    status: 'modified',
    additions: script.filter(({ kind }) => kind === 'added').length,
    deletions: script.filter(({ kind }) => kind === 'deleted').length,
    patch: patch.length === 0 ? null : patch.join('\n'),
    sha: null,
  }
}

function isChange({ kind }: Edit): boolean {
  return kind !== 'context'
}

/** A changed file as its diff; a patch that does not parse fails the test. */
export function diffOf(file: ChangedFile): FileDiff {
  if (file.patch === null) return { path: file.path, previousPath: file.previousPath, hunks: [] }
  const parsed = parsePatch({ ...file, patch: file.patch })
  if (parsed.kind === 'incomplete') throw new Error(parsed.reason)
  return { path: file.path, previousPath: file.previousPath, hunks: parsed.hunks }
}

/** A diff from a patch as one would write it down; the counts are taken from it. */
export function diffFrom(path: string, patch: string, previousPath: string | null = null): FileDiff {
  return diffOf({ ...fileFrom(path, patch), previousPath })
}

export function fileFrom(path: string, patch: string): ChangedFile & { readonly patch: string } {
  const count = (sign: string) => patch.split('\n').filter((line) => line.startsWith(sign)).length
  return {
    path,
    previousPath: null,
    status: 'modified',
    additions: count('+'),
    deletions: count('-'),
    patch,
    sha: null,
  }
}
