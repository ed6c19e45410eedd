import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Anchor } from '../../src/diff/anchor.ts'
import type { DiffLine, FileDiff } from '../../src/diff/patch.ts'
import { anchorClaims } from '../../src/finding/anchor-claims.ts'
import type { Claim } from '../../src/prompt/answer.ts'
import { readAnswer } from '../../src/prompt/answer.ts'
import type { Side } from '../../src/pull-request.ts'
import { changedFile, diffFrom, diffOf, edits } from '../diff/changes.ts'
import { githubAccepts } from '../diff/github-rule.ts'
import { claim } from '../fixtures/review-content.ts'
import { changedFiles, hostileClaim } from './claims.ts'

const anchorOne = (about: Partial<Claim> & Pick<Claim, 'path' | 'quote'>, diffs: readonly FileDiff[]) => {
  const [finding] = anchorClaims([claim(about)], diffs)
  if (finding === undefined) throw new Error('a claim was lost')
  return finding
}

const comment = ({ side, startLine, line }: Anchor) => ({
  side,
  line,
  startLine: startLine === line ? null : startLine,
})

describe('whatever the diff and whatever the model says', () => {
  it('GitHub accepts every anchor, and no claim is lost', () => {
    let anchored = 0
    fc.assert(
      fc.property(
        changedFiles.chain((files) => {
          const diffs = files.map(diffOf)
          return fc.record({
            files: fc.constant(files),
            claims: fc.array(hostileClaim(diffs), { maxLength: 8 }),
          })
        }),
        ({ files, claims }) => {
          const answer = readAnswer(JSON.stringify({ summary: '', findings: claims }))
          if (answer === null) throw new Error('the answer was not read')
          const found = anchorClaims(answer.claims, files.map(diffOf))
          expect(found.length + answer.rejected.length).toBe(claims.length)
          for (const finding of found) {
            if (finding.kind === 'unplaced') {
              expect(finding.reason).not.toBe('')
              continue
            }
            const patch = files.find(({ path }) => path === finding.anchor.path)?.patch ?? ''
            expect(githubAccepts(patch, comment(finding.anchor)), JSON.stringify(finding)).toBe(true)
            anchored++
          }
        },
      ),
      { numRuns: 300 },
    )
    expect(anchored).toBeGreaterThan(100)
  })

  it('a quote of whole lines that stand there once lands exactly on them', () => {
    let landed = 0
    fc.assert(
      fc.property(
        edits,
        fc.constantFrom<Side>('LEFT', 'RIGHT'),
        fc.nat(),
        fc.integer({ min: 1, max: 6 }),
        fc.option(fc.nat(80), { nil: null }),
        (script, side, from, length, statedLine) => {
          const file = changedFile('src/app.ts', script)
          const diff = diffOf(file)
          const quoted = someRange(diff, side, from, length)
          const [first, last] = [quoted[0], quoted.at(-1)]
          fc.pre(first !== undefined && last !== undefined && standsOnce(diff, quoted))
          fc.pre(first?.text.trim() !== '' && last?.text.trim() !== '')
          const numberOf = (line: DiffLine | undefined) => (side === 'LEFT' ? line?.oldLine : line?.newLine)
          const finding = anchorOne(
            {
              path: 'src/app.ts',
              quote: quoted.map(({ text }) => text).join('\n'),
              // where the quote stands once, what else is stated does not matter
              side: statedLine === null || statedLine % 2 === 0 ? 'RIGHT' : 'LEFT',
              startLine: statedLine,
              endLine: statedLine,
            },
            [diff],
          )
          expect(finding).toMatchObject({
            kind: 'anchored',
            anchor: { path: 'src/app.ts', side, startLine: numberOf(first), line: numberOf(last) },
          })
          landed++
        },
      ),
      { numRuns: 1_000 },
    )
    expect(landed).toBeGreaterThan(200)
  })
})

/** Lines that stand next to each other on one side of one hunk; deleted lines only on the LEFT. */
function someRange(diff: FileDiff, side: Side, from: number, length: number): readonly DiffLine[] {
  const hunk = diff.hunks[from % Math.max(1, diff.hunks.length)]
  const lines = (hunk?.lines ?? []).filter(({ kind }) =>
    side === 'LEFT' ? kind !== 'added' : kind !== 'deleted',
  )
  const start = from % Math.max(1, lines.length)
  const range = lines.slice(start, start + length)
  return side === 'LEFT' && range.some(({ kind }) => kind !== 'deleted') ? [] : range
}

/** Once among the lines of either side, and once among all lines as they are shown. */
function standsOnce(diff: FileDiff, quoted: readonly DiffLine[]): boolean {
  const texts = quoted.map(({ text }) => text.replace(/\r$/, ''))
  const places = diff.hunks.flatMap(({ lines }) =>
    [
      lines,
      lines.filter(({ kind }) => kind !== 'added'),
      lines.filter(({ kind }) => kind !== 'deleted'),
    ].flatMap((view) =>
      view
        .map((_, at) => view.slice(at, at + texts.length))
        .filter((window) => texts.every((text, at) => window[at]?.text.replace(/\r$/, '') === text))
        .map((window) => window.map(({ oldLine, newLine }) => `${oldLine}/${newLine}`).join()),
    ),
  )
  return new Set(places).size === 1
}

const diffs = [
  diffFrom(
    'src/cart.ts',
    [
      '@@ -4,4 +4,5 @@ export function total() {',
      ' let sum = 0',
      '-for (const item of items) {',
      '+for (let i = 0; i <= items.length; i++) {',
      '+  const item = items[i]',
      '   sum += item.price',
      ' }',
    ].join('\n'),
  ),
  diffFrom('src/lib/cart.ts', '@@ -0,0 +1 @@\n+export {}'),
]

describe('a claim becomes a finding', () => {
  it('on the line that it quotes, whatever line it states', () => {
    expect(
      anchorOne(
        { path: 'src/cart.ts', quote: 'for (let i = 0; i <= items.length; i++) {', endLine: 900 },
        diffs,
      ),
    ).toMatchObject({ anchor: { side: 'RIGHT', startLine: 5, line: 5 }, wholeLines: true })
  })

  it('in the hunk that holds it', () => {
    expect(anchorOne({ path: 'src/cart.ts', quote: 'let sum = 0' }, diffs)).toMatchObject({
      hunkId: diffs[0]?.hunks[0]?.id,
    })
  })
})

describe('a claim stays without a place, and says why', () => {
  it.each([
    ['its path names no changed file', { path: 'src/none.ts', quote: 'let sum = 0' }, 'src/none.ts'],
    [
      'its path may mean two files',
      { path: 'cart.ts', quote: 'let sum = 0' },
      'no changed file is certainly meant',
    ],
    ['it quotes nothing', { path: 'src/cart.ts', quote: ' \n' }, 'quotes no code'],
    [
      'its quote is not in the file',
      { path: 'src/cart.ts', quote: 'export {}' },
      'not in the diff of this file',
    ],
    [
      'its quote spans more than the hunk',
      { path: 'src/cart.ts', quote: '}\n}' },
      'not in the diff of this file',
    ],
  ])('when %s', (_, about, reason) => {
    expect(anchorOne(about, diffs)).toMatchObject({
      kind: 'unplaced',
      reason: expect.stringContaining(reason),
    })
  })

  it('with the file that it means, where that much is certain', () => {
    expect(anchorOne({ path: 'src/cart.ts', quote: 'nowhere' }, diffs)).toMatchObject({ diff: diffs[0] })
    expect(anchorOne({ path: 'nowhere.ts', quote: 'nowhere' }, diffs)).toMatchObject({ diff: null })
  })
})

describe('the fingerprint', () => {
  const fingerprintIn = (patch: string, about: Partial<Claim> = {}, path = 'src/app.ts') => {
    const finding = anchorOne({ path, quote: 'retry(call)', ...about }, [diffFrom(path, patch)])
    expect(finding.kind).toBe('anchored')
    return finding.fingerprint
  }
  const here = fingerprintIn('@@ -1,0 +2 @@\n+retry(call)')

  it.each([
    ['moves to other lines', fingerprintIn('@@ -70,0 +91 @@ function f() {\n+retry(call)')],
    ['is indented otherwise', fingerprintIn('@@ -1,0 +2 @@\n+\t  retry( call )\r')],
    [
      'is claimed in other words',
      fingerprintIn('@@ -1,0 +2 @@\n+retry(call)', {
        title: 'Otherwise',
        body: 'x',
        severity: 'low',
        endLine: 9,
      }),
    ],
  ])('stays when the code %s', (_, fingerprint) => {
    expect(fingerprint).toBe(here)
  })

  it.each([
    ['file', fingerprintIn('@@ -1,0 +2 @@\n+retry(call)', {}, 'src/other.ts')],
    ['category', fingerprintIn('@@ -1,0 +2 @@\n+retry(call)', { category: 'security' })],
    ['code', fingerprintIn('@@ -1,0 +2 @@\n+retry(call2)', { quote: 'retry(call2)' })],
  ])('differs by %s', (_, fingerprint) => {
    expect(fingerprint).not.toBe(here)
  })

  it('of a claim without a place tells two claims of one file apart', () => {
    const one = anchorOne({ path: 'src/cart.ts', quote: 'gone', title: 'Off by one' }, diffs)
    const two = anchorOne({ path: 'src/cart.ts', quote: 'gone', title: 'Never closed' }, diffs)
    const again = anchorOne({ path: 'src/cart.ts', quote: ' gone', title: 'off by one', body: 'y' }, diffs)
    expect(two.fingerprint).not.toBe(one.fingerprint)
    expect(again.fingerprint).toBe(one.fingerprint)
  })
})
