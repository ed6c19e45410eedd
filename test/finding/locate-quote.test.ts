import { describe, expect, it } from 'vitest'
import { type Hint, locateQuote } from '../../src/finding/locate-quote.ts'
import { diffFrom } from '../diff/changes.ts'

const locate = (patch: readonly string[], quote: string, hint: Partial<Hint> = {}) => {
  const diff = diffFrom('src/app.ts', patch.join('\n'))
  const location = locateQuote(diff, quote, { side: 'RIGHT', startLine: null, endLine: null, ...hint })
  if (location === null) return null
  const { side, startLine, line } = location.anchor
  return `${side} ${startLine === line ? line : `${startLine}-${line}`}${location.wholeLines ? '' : ' in part'}`
}

describe('a quote that stands in several places', () => {
  const twice = [
    '@@ -10,2 +10,3 @@',
    ' open()',
    '+close()',
    ' done()',
    '@@ -50,3 +51,3 @@',
    ' open()',
    '-close()',
    '+close()',
    ' done()',
  ]

  it.each([
    ['nothing, the first change', {}, 'RIGHT 11'],
    ['a line near the second, that one', { endLine: 55 }, 'RIGHT 52'],
    ['only where it starts, that decides', { startLine: 60 }, 'RIGHT 52'],
    ['the old side, the deleted line', { side: 'LEFT' as const }, 'LEFT 51'],
    [
      'the old side and a line of the other hunk, still the deleted line',
      { side: 'LEFT' as const, endLine: 11 },
      'LEFT 51',
    ],
  ])('goes, when the model states %s', (_, hint, expected) => {
    expect(locate(twice, 'close()', hint)).toBe(expected)
  })

  it('goes to the change rather than to equal unchanged code as near', () => {
    const patch = ['@@ -1,3 +1,4 @@', ' check()', ' a', '+check()', ' b']
    expect(locate(patch, 'check()', { endLine: 2 })).toBe('RIGHT 3')
    expect(locate(patch, 'check()', { endLine: 1 })).toBe('RIGHT 1')
  })

  it('may be an unchanged line that the model numbered as in the old file', () => {
    const patch = [
      '@@ -1,2 +1,3 @@',
      '+x',
      ' end',
      ' y',
      '@@ -80,2 +81,12 @@',
      ...Array(10).fill('+x'),
      ' end',
      ' y',
    ]
    expect(locate(patch, 'end', { endLine: 80 })).toBe('RIGHT 91')
  })
})

describe('moved code, deleted here and added there', () => {
  const moved = [
    '@@ -3,4 +3,2 @@',
    ' a',
    '-lock()',
    '-write()',
    ' b',
    '@@ -30,2 +28,4 @@',
    ' c',
    '+lock()',
    '+write()',
    ' d',
  ]

  it('is commented where it went, or where it was, as the model states', () => {
    expect(locate(moved, 'lock()\nwrite()')).toBe('RIGHT 29-30')
    expect(locate(moved, 'lock()\nwrite()', { side: 'LEFT', endLine: 30 })).toBe('LEFT 4-5')
  })
})

describe('a finding on a deletion', () => {
  const guard = [
    '@@ -7,4 +7,3 @@',
    ' function pay(order) {',
    '-  if (order.paid) return',
    '   charge(order)',
    ' }',
  ]

  it('stands on the LEFT side, also when the model takes it for new code', () => {
    expect(locate(guard, 'if (order.paid) return')).toBe('LEFT 8')
  })

  it('stands on the deleted line when unchanged code around it is quoted as well', () => {
    expect(locate(guard, 'function pay(order) {\n  if (order.paid) return\n  charge(order)')).toBe('LEFT 8')
  })
})

describe('a quote that is not copied faithfully', () => {
  const loop = [
    '@@ -1,3 +1,4 @@',
    ' function sum(list) {',
    '-\tfor (const x of list)',
    '+\tfor (let i = 0; i <= n; i++)',
    '+\t\ttotal += list[i]',
    ' }',
  ]

  it.each([
    ['without its indentation', 'for (let i = 0; i <= n; i++)\ntotal += list[i]', 'RIGHT 2-3'],
    ['with spaces for tabs', '    for (let i = 0; i <= n; i++)', 'RIGHT 2'],
    ['with other spacing inside', 'for(let i=0; i<=n; i++)', 'RIGHT 2'],
    [
      'with blank lines around and inside',
      '\n\tfor (let i = 0; i <= n; i++)\n\n\t\ttotal += list[i]\n\n',
      'RIGHT 2-3',
    ],
    ['with the +/- column', '+\tfor (let i = 0; i <= n; i++)\n+\t\ttotal += list[i]', 'RIGHT 2-3'],
    ['with the column of a deleted line', '-\tfor (const x of list)', 'LEFT 2'],
    [
      'with the lines as they are shown, both old and new',
      '-\tfor (const x of list)\n+\tfor (let i = 0; i <= n; i++)',
      'RIGHT 2',
    ],
    ['with our line numbers', '2 +\tfor (let i = 0; i <= n; i++)\n3 +\t\ttotal += list[i]', 'RIGHT 2-3'],
    ['in a fence', '```ts\n\tfor (let i = 0; i <= n; i++)\n```', 'RIGHT 2'],
    ['in a fence, with the column', '```diff\n+\tfor (let i = 0; i <= n; i++)\n```', 'RIGHT 2'],
    ['with Windows line ends', '\tfor (let i = 0; i <= n; i++)\r\n\t\ttotal += list[i]\r\n', 'RIGHT 2-3'],
    ['as part of a line', 'i = 0; i <= n', 'RIGHT 2 in part'],
    ['from within one line to within the next', 'i <= n; i++)\n\t\ttotal', 'RIGHT 2-3 in part'],
  ])('is found %s', (_, quote, expected) => {
    expect(locate(loop, quote)).toBe(expected)
  })

  it.each([
    ['a lone bracket of a longer line', ')'],
    ['two pieces that prove nothing', ')\nt'],
    ['invented code', 'for (let i = 0; i < n; i++)'],
    ['lines in another order', '\t\ttotal += list[i]\n\tfor (let i = 0; i <= n; i++)'],
    ['blank lines', '\n \n'],
    ['a column without code', '+'],
    ['a line number without code', '3 +'],
    ['a number that looks like one of ours', '3'],
    ['an empty fence', '```\n```'],
  ])('is not found: %s', (_, quote) => {
    expect(locate([...loop, '@@ -20,2 +21,3 @@', ' ', '+', ' x'], quote)).toBeNull()
  })

  it('is found in a file with Windows line ends', () => {
    const patch = ['@@ -1,2 +1,2 @@', '-old()\r', '+new()\r', ' end\r']
    expect(locate(patch, 'new()\nend')).toBe('RIGHT 1-2')
  })
})

describe('code that looks like something else is code first', () => {
  const list = ['@@ -1,2 +1,6 @@', ' steps:', '+- run: a', '+run: a', '+```', '+- run: b']

  it.each([
    ['- run: a', 'RIGHT 2'],
    ['run: a', 'RIGHT 3'],
    ['```\n- run: b', 'RIGHT 4-5'],
  ])('%j', (quote, expected) => {
    expect(locate([...list, ' end'], quote)).toBe(expected)
  })

  it('a whole fenced block of a Markdown file is quoted with its fences', () => {
    expect(locate(['@@ -1,0 +2,3 @@', '+```sh', '+npm ci', '+```'], '```sh\nnpm ci\n```')).toBe('RIGHT 2-4')
  })
})

describe('the quote is all of the anchored lines', () => {
  const changed = ['@@ -1,2 +1,3 @@', ' open()', '+check()', ' close()']

  it('when it has every line of the new code', () => {
    expect(locate(changed, 'open()\ncheck()\nclose()')).toBe('RIGHT 1-3')
  })

  it('but not when it is the old code, and a new line stands between', () => {
    expect(locate(changed, 'open()\nclose()')).toBe('RIGHT 1-3 in part')
  })
})

it('a quote that stands in thousands of places is found without delay', () => {
  const lines = Array.from({ length: 20_000 }, (_, at) => (at % 2 === 0 ? '+}' : '+x'))
  expect(locate([`@@ -0,0 +1,${lines.length} @@`, ...lines], '}', { endLine: 19_001 })).toBe('RIGHT 19001')
})
