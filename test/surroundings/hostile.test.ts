import { describe, expect, it } from 'vitest'
import type { FileDiff } from '../../src/diff/patch.ts'
import { neighboursOf } from '../../src/surroundings/neighbours.ts'
import { knowTexts, surroundingsOf } from '../../src/surroundings/surroundings.ts'
import { diffFrom } from '../diff/changes.ts'
import { cpuClock } from '../cpu-clock.ts'
import { chunkOf } from './given.ts'

/** A diff that changes these lines of a text, each in a hunk of its own. */
function changesAt(path: string, text: string, numbers: readonly number[]): FileDiff {
  const lines = text.split('\n')
  const hunks = numbers.flatMap((number) => [
    `@@ -${number},2 +${number},2 @@`,
    `-was ${lines[number - 1]}`,
    `+${lines[number - 1]}`,
    ` ${lines[number] ?? ''}`,
  ])
  return diffFrom(path, hunks.join('\n'))
}

/** Milliseconds of CPU for everything that looks around this change; well over what it takes, so that load cannot fail it. */
function cpuMs(path: string, text: string, numbers: readonly number[]): number {
  const diff = changesAt(path, text, numbers)
  const texts = new Map([
    [path, text],
    ['src/user.ts', text],
  ])
  const spentMs = cpuClock()
  const folders = new Map([
    [
      'src',
      Array.from({ length: 10_000 }, (_, at) => ({ name: `a-${at}.ts`, kind: 'file' as const, byteSize: 1 })),
    ],
  ])
  neighboursOf([diff], texts, folders, 30)
  surroundingsOf(chunkOf([diff]), knowTexts(texts, [diff]), 2_000)
  return spentMs()
}

const many = <Item>(count: number, item: (at: number) => Item) =>
  Array.from({ length: count }, (_, at) => item(at))
const everyHundredth = many(1_000, (at) => at * 100 + 50)

describe('time is bounded, however hostile the text', () => {
  it.each<[name: string, path: string, text: string, numbers: readonly number[]]>([
    ['one line of a megabyte', 'src/a.ts', `x${'('.repeat(1_000_000)}\nb`, [1]],
    ['a megabyte of quotes', 'src/a.ts', `${'"\\'.repeat(500_000)}\n${"'`".repeat(1_000)}\nb`, [1, 2]],
    [
      'a file of one indented block',
      'src/a.ts',
      `if (a) {\n${many(100_000, (at) => `  b${at}()`).join('\n')}\n}`,
      everyHundredth,
    ],
    [
      'blocks in blocks in blocks',
      'src/a.py',
      many(1_400, (at) => `${' '.repeat(at)}if a:`).join('\n'),
      many(600, (at) => at * 2 + 1),
    ],
    [
      'quotes that never end',
      'src/a.ts',
      many(50_000, (at) => (at % 500 === 0 ? '`' : `a${at}()`)).join('\n'),
      [10, 49_000],
    ],
    [
      'here documents that never end',
      'a.sh',
      many(50_000, (at) => `cat <<WORD${at}`).join('\n'),
      [10, 49_000],
    ],
    ['blank lines', 'src/a.ts', `${'\n'.repeat(200_000)}b\nc`, [1, 200_001]],
    [
      'ten thousand names on the lines',
      'src/a.ts',
      many(2_000, (at) => many(5, (n) => `name${at}x${n}(Type${at}y${n})`).join('; ')).join('\n'),
      many(600, (at) => at * 3 + 1),
    ],
    [
      'the same name everywhere',
      'src/a.ts',
      many(50_000, () => 'nameOf(nameOf(nameOf))').join('\n'),
      many(600, (at) => at * 3 + 1),
    ],
    ['imports without end', 'src/a.ts', many(20_000, () => 'import { a, b, c').join('\n'), [10]],
    [
      'lines made to keep the patterns busy',
      'src/a.ts',
      many(5_000, () => `  a(${'):'.repeat(140)}{=`).join('\n'),
      many(600, (at) => at * 3 + 1),
    ],
    [
      'words made to keep the patterns busy',
      'src/A.java',
      many(5_000, () => 'a b<c d '.repeat(37)).join('\n'),
      many(600, (at) => at * 3 + 1),
    ],
  ])('%s', (_, path, text, numbers) => {
    expect(cpuMs(path, text, numbers)).toBeLessThan(2_000)
  })

  it('a large pull request costs what its size is, not its square', () => {
    const textOf = (at: number) =>
      many(300, (line) =>
        line % 20 === 0 ? `function work${at}x${line}(a, b) {` : `  call${(at * line) % 997}(value${line})`,
      ).join('\n')
    const cost = (files: number) => {
      const texts = new Map(many(files, (at) => [`src/m${at % 20}/f${at}.ts`, textOf(at)]))
      const diffs = Array.from(texts, ([path, text]) => changesAt(path, text, [45, 131, 222]))
      const spentMs = cpuClock()
      const known = knowTexts(texts, diffs)
      for (let at = 0; at < files; at += 20) surroundingsOf(chunkOf(diffs.slice(at, at + 20)), known, 2_000)
      return spentMs()
    }
    cost(40)
    const small = cost(80)
    expect(cost(320)).toBeLessThan(12 * small + 100)
  })
})
