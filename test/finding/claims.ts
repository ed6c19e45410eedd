import fc from 'fast-check'
import type { DiffLine, FileDiff } from '../../src/diff/patch.ts'
import { categories, severities } from '../../src/severity.ts'
import { changedFile, edits, oddLines } from '../diff/changes.ts'

/** Some changed files, as GitHub lists them. */
export const changedFiles = fc
  .array(edits, { minLength: 1, maxLength: 4 })
  .map((scripts) =>
    scripts
      .map((script, at) =>
        changedFile(['src/app.ts', 'src/lib/app.ts', 'README.md', 'a/b c.py'][at] ?? 'x', script),
      )
      .filter(({ patch }) => patch !== null),
  )

const somePath = (diffs: readonly FileDiff[]) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...diffs.map(({ path }) => path), 'app.ts') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        '/',
        'SRC/APP.TS',
        'b/src/app.ts',
        '../../etc/passwd',
        'src\\app.ts',
        '`a`',
      ),
    },
  )

/** Lines that stand next to each other somewhere in a diff, mixed from both sides and across hunks. */
const someLines = (diffs: readonly FileDiff[]): fc.Arbitrary<readonly DiffLine[]> => {
  const lines = diffs.flatMap((diff) => diff.hunks.flatMap((hunk) => hunk.lines))
  return fc
    .record({
      from: fc.nat(lines.length),
      length: fc.integer({ min: 1, max: 12 }),
      without: fc.constantFrom('added', 'deleted', ''),
    })
    .map(({ from, length, without }) =>
      lines.slice(from, from + length).filter(({ kind }) => kind !== without),
    )
}

const signs = { added: '+', deleted: '-', context: ' ' } as const

const someQuote = (diffs: readonly FileDiff[]) =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(
          someLines(diffs),
          fc.constantFrom<(line: DiffLine) => string>(
            ({ text }) => text,
            ({ text }) => text,
            ({ kind, text }) => signs[kind] + text,
            ({ kind, text, newLine, oldLine }) => `${newLine ?? oldLine} ${signs[kind]}${text}`,
            ({ text }) => `    ${text.trim()}  `,
            ({ text }) => text.replaceAll(/\s/g, ''),
          ),
        )
        .map(([lines, write]) => lines.map(write).join('\n')),
    },
    {
      weight: 1,
      arbitrary: someLines(diffs).map((lines) =>
        lines
          .map(({ text }) => text)
          .join('\n')
          .slice(2, -2),
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom('', '\n \n', '```\n```', '+', '-', '12', '12 +', ...oddLines) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }) },
  )

const someNumber = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -2, max: 70 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(null, '7', 'seven', 1e300, 2 ** 53, 0, -1, 1.5, [], {}, true),
  },
)

/** A `findings` element as models write it on a bad day; some are no claims at all. */
export const hostileClaim = (diffs: readonly FileDiff[]) =>
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        path: somePath(diffs),
        quote: someQuote(diffs),
        start_line: someNumber,
        end_line: someNumber,
        side: fc.constantFrom('LEFT', 'RIGHT', 'left', 'BOTH', 7),
        severity: fc.constantFrom(...severities, 'CRITICAL', 'nit', '???'),
        category: fc.constantFrom(...categories, 'Error Handling', 'style'),
        title: fc.constantFrom('Off by one', 'Off by two', 'Never closed', '@all <img src=x>', ' '),
        body: fc.oneof(fc.constantFrom('', 'Because.', '```\nnever closed'), fc.string({ unit: 'binary' })),
        suggestion: fc.constantFrom<unknown>(null, '', 'return 1', '```\nx\n```', 7),
        confidence: fc.oneof(fc.double(), fc.constantFrom<unknown>('0.4', 88, 'high', null)),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<unknown>(null, 'text', 7, [], {}, { title: '' }, { title: 'Only this' }),
    },
  )
