import { describe, expect, it } from 'vitest'
import { type Anchor, anchoredLines, isCommentable } from '../../src/diff/anchor.ts'
import type { DiffLine } from '../../src/diff/patch.ts'
import { diffFrom } from './changes.ts'

const diff = diffFrom(
  'src/app.ts',
  ['@@ -1,3 +1,3 @@', ' a', '-b', '+B', ' c', '@@ -21,2 +21,3 @@', ' x', '+y', ' z'].join('\n'),
)

const at = (side: Anchor['side'], startLine: number, line = startLine, path = 'src/app.ts'): Anchor => ({
  path,
  side,
  startLine,
  line,
})

const texts = (lines: readonly DiffLine[]) => lines.map(({ text }) => text)

describe('the lines an anchor covers', () => {
  it.each([
    ['an added line, on the RIGHT', at('RIGHT', 2), ['B']],
    ['an unchanged line, on the RIGHT', at('RIGHT', 23), ['z']],
    ['a deleted line, on the LEFT', at('LEFT', 2), ['b']],
    ['a range of new code', at('RIGHT', 1, 3), ['a', 'B', 'c']],
  ])('are %s', (_, anchor, expected) => {
    expect(texts(anchoredLines(diff, anchor))).toEqual(expected)
  })

  it.each([
    ['an unchanged line on the LEFT', at('LEFT', 1)],
    ['a line between the hunks', at('RIGHT', 10)],
    ['a line in another file', at('RIGHT', 2, 2, 'src/other.ts')],
    ['a range over two hunks', at('RIGHT', 3, 21)],
    ['a range with its start outside', at('RIGHT', 0, 2)],
    ['a range from its end to its start', at('RIGHT', 3, 1)],
    ['a range that starts on an unchanged line of the LEFT', at('LEFT', 1, 2)],
  ])('are none for %s', (_, anchor) => {
    expect(anchoredLines(diff, anchor)).toEqual([])
  })
})

it('a deleted line takes comments on the LEFT only, all others on the RIGHT only', () => {
  const sides = diff.hunks
    .flatMap((hunk) => hunk.lines)
    .map((line) => [line.text, isCommentable(line, 'LEFT'), isCommentable(line, 'RIGHT')])
  expect(sides.filter(([, left]) => left)).toEqual([['b', true, false]])
  expect(sides.filter(([, , right]) => right).map(([text]) => text)).toEqual(['a', 'B', 'c', 'x', 'y', 'z'])
})
