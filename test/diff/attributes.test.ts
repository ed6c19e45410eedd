import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cpuClock } from '../cpu-clock.ts'
import { compileAttributePattern } from '../../src/diff/attribute-pattern.ts'
import { type AttributesFile, parseAttributes } from '../../src/diff/attributes.ts'
import { AttributesRepository } from './git-attributes.ts'

const attributesOf = (text: string, path: string) => parseAttributes([{ folder: '', text }])(path)

describe('the attributes of a path', () => {
  it('are unknown where no file says anything', () => {
    expect(parseAttributes([])('a')).toEqual({ generated: null, vendored: null, diff: null, binary: false })
  })

  it('come from the last line that matches', () => {
    const text = '*.go linguist-generated\ngen.go -linguist-generated\nold.go !linguist-generated\n'
    const generated = (path: string) => attributesOf(text, path).generated
    expect(['a.go', 'b/gen.go', 'old.go'].map(generated)).toEqual([true, false, null])
  })

  it('come from the deepest file', () => {
    const read = parseAttributes([
      { folder: 'a/b', text: '*.js linguist-vendored=false' },
      { folder: '', text: '*.js linguist-vendored' },
      { folder: 'a', text: '/c/*.js !linguist-vendored' },
    ])
    const paths = ['x.js', 'a/x.js', 'a/c/x.js', 'a/b/x.js', 'a/bc/x.js']
    expect(paths.map((path) => read(path).vendored)).toEqual([true, true, null, false, true])
  })

  it.each([
    ['linguist-generated=true', true],
    ['linguist-generated=yes', true],
    ['linguist-generated=false', false],
    ['-linguist-generated', false],
    ['text', null],
  ])('are what linguist makes of %j', (attribute, generated) => {
    expect(attributesOf(`* ${attribute}`, 'a').generated).toBe(generated)
  })

  it('follow macros', () => {
    const text = '[attr]made linguist-generated -diff\n*.lock made\n*.dat binary\n*.svg binary diff\n'
    expect(attributesOf(text, 'a.lock')).toMatchObject({ generated: true, diff: false, binary: false })
    expect(attributesOf(text, 'a.dat')).toMatchObject({ diff: false, binary: true })
    expect(attributesOf(text, 'a.svg')).toMatchObject({ diff: true, binary: true })
  })

  it('are read from a bounded number of lines', () => {
    const read = (lines: number) => attributesOf(`${'*.x diff\n'.repeat(lines)}* linguist-generated`, 'a')
    expect(read(999).generated).toBe(true)
    expect(read(1000).generated).toBeNull()
  })

  it('keep nobody waiting, whatever the pattern and the path', () => {
    const read = parseAttributes([{ folder: '', text: `**/${'*a'.repeat(40)}b linguist-generated` }])
    const spentMs = cpuClock()
    for (const path of ['a'.repeat(4000), 'a/'.repeat(2000)]) expect(read(path).generated).toBeNull()
    expect(spentMs()).toBeLessThan(500)
  })
})

const name = fc.stringMatching(/^[ab.][ab]?[ab.{]?$/).filter((text) => !/^\.\.?$/.test(text))
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))
const paths = fc.uniqueArray(path, { minLength: 40, maxLength: 60, size: 'max' })
const piece = fc.constantFrom(
  ...['a', 'b', '.', '*', '?', '{', '{a,b}', '[ab]', '[!a]', '[^b]', '[a-b]', '[]a]', '[[:alpha:]]', '[b-a]'],
  ...['[', '\\a', '\\*', '+', '(a|b)', '!', '#'],
)
/** Of a path's own letters, so that many of them match. */
const patternName = fc.oneof(
  { weight: 3, arbitrary: name },
  { weight: 3, arbitrary: fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('')) },
  fc.constantFrom('**', '*', '***'),
)
const pattern = fc
  .tuple(
    fc.constantFrom('', '', '/'),
    fc.array(patternName, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '', '', '/', '/**'),
  )
  .map(([start, names, end]) => start + names.join('/') + end)
  // Before a `**` that is not a whole name git forgets what it has already compared.
  .filter((text) => !/[^/*]\*\*|\*\*[^/*]/.test(text))

describe('as git has it', () => {
  let repository: AttributesRepository
  beforeAll(() => {
    repository = new AttributesRepository()
  })
  afterAll(() => repository.remove())

  it('is which path a pattern matches', async () => {
    const patterns = fc.array(
      pattern.filter((text) => !/^[!#]|^\[attr/.test(text)),
      { minLength: 80, maxLength: 120, size: 'max' },
    )
    let matched = 0
    await fc.assert(
      fc.asyncProperty(patterns, paths, fc.constantFrom('', 'a', 'a/b'), async (lines, asked, folder) => {
        const names = lines.map((_, at) => `n${at}`)
        const text = lines.map((line, at) => `${line} n${at}\n`).join('')
        const git = await repository.check([{ folder, text }], asked, names)
        for (const [at, line] of lines.entries()) {
          const matches = compileAttributePattern(line, folder) ?? (() => false)
          const expected = asked.filter((one) => git.get(one)?.get(`n${at}`) === 'set')
          expect({ line, folder, matched: asked.filter(matches) }).toEqual({
            line,
            folder,
            matched: expected,
          })
          matched += expected.length
        }
      }),
      { numRuns: 12 },
    )
    expect(matched).toBeGreaterThan(500)
  })

  const attribute = fc.constantFrom(
    ...['diff', 'binary', 'linguist-generated', 'linguist-vendored', 'own', 'text', '=', 'a b'],
  )
  const state = fc
    .tuple(fc.constantFrom('', '', '-', '!'), attribute, fc.constantFrom('', '', '', '=false', '=true', '='))
    .map((parts) => parts.join(''))
  const states = fc.array(state, { maxLength: 3 }).map((all) => all.join(' '))
  const quoted = fc.constantFrom(
    ...[
      '"a"',
      '"*\\141"',
      '"a',
      '"\\q"',
      '"*.\\"x"',
      '"a b"',
      '"\\303\\251"',
      '"!a"',
      '"#b"',
      '"[attr]a"',
      '""',
    ],
  )
  const line = fc
    .tuple(
      fc.constantFrom('', ' ', '\t'),
      fc.oneof(
        pattern,
        quoted,
        fc.constantFrom('[attr]own', '[attr]binary', '[attr] own', '# a', '!a', '\\!a'),
      ),
      fc.constantFrom(' ', '\t', '  ', '\r '),
      states,
      fc.constantFrom('\n', '\r\n', ' \n', '\n\n'),
    )
    .map((parts) => parts.join(''))
  const file = fc
    .tuple(fc.constantFrom('', '', '\uFEFF'), fc.array(line, { minLength: 3, maxLength: 12 }))
    .map(([start, lines]) => start + lines.join(''))

  it('is what several files say of a path', async () => {
    const meaning = new Map<string | undefined, boolean | null>([
      ['set', true],
      ['unset', false],
      ['unspecified', null],
    ])
    const seen = new Set<unknown>()
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 3 }), paths, async (texts, asked) => {
        const folders = ['', 'a', 'a/b']
        const files: AttributesFile[] = texts.map((text, at) => ({ folder: folders[at] ?? '', text }))
        const special = ['a b', 'é', '!a', '#b', 'b."x', '[attr]a']
        const all = [...asked, ...special]
        const names = ['diff', 'binary', 'linguist-generated']
        const git = await repository.check(files, all, names)
        const attributes = parseAttributes(files)
        for (const one of all) {
          const [diff, binary, generated] = names.map((attr) => git.get(one)?.get(attr))
          const ofGit = {
            diff: meaning.has(diff) ? meaning.get(diff) : true,
            binary: binary === 'set',
            generated: meaning.has(generated) ? meaning.get(generated) : generated !== 'false',
          }
          const { vendored: _, ...ours } = attributes(one)
          expect({ one, ...ours }).toEqual({ one, ...ofGit })
          seen.add(JSON.stringify(ofGit))
        }
      }),
      { numRuns: 40 },
    )
    expect(seen.size).toBeGreaterThan(6)
  })
})
