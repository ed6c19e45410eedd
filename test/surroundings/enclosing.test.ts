import { describe, expect, it } from 'vitest'
import { knowTexts, surroundingsOf } from '../../src/surroundings/surroundings.ts'
import { change, chunkOf, diffOfChange, excerptsAround, filler, lines, shown, around } from './given.ts'

describe('the function around a change', () => {
  const longFunction = lines(
    'import { step } from "./step.js"',
    '',
    'export class Cart {',
    '  @logged()',
    '  async total(',
    '    country: string,',
    '    coupons: Coupon[],',
    '  ): Promise<number> {',
    filler(40, '    '),
    '    return a ⇒ return b',
    filler(40, '    '),
    '  }',
    '}',
  )

  it('is shown by its headers, and by the lines nearest to the hunk', () => {
    const [excerpt, ...others] = excerptsAround({ 'src/cart.ts': change(longFunction) })
    expect(others).toEqual([])
    expect(excerpt?.why).toBe('encloses the change')
    const numbers = excerpt?.lines.map(({ number }) => number) ?? []
    // The hunk shows 46 to 52; of the rest of the body 25 lines on each side.
    expect(numbers.slice(0, 6)).toEqual([3, 4, 5, 6, 7, 8])
    expect(numbers.slice(6)).toEqual([...range(21, 45), ...range(53, 77)])
  })

  it('loses what is farthest when there is little room, its signature last', () => {
    const [excerpt] = excerptsAround({ 'src/cart.ts': change(longFunction) }, {}, 150)
    expect(shown(excerpt === undefined ? [] : [excerpt])).toEqual([
      lines(
        'src/cart.ts (encloses the change)',
        '4   @logged()',
        '5   async total(',
        '6     country: string,',
        '7     coupons: Coupon[],',
        '8   ): Promise<number> {',
        ...range(40, 45).map((number) => `${number}     step(${number - 9})`),
        ...range(53, 57).map((number) => `${number}     step(${number - 50})`),
      ),
    ])
  })

  it('is shown for each hunk alike when there is not room for all', () => {
    const functions = ['one', 'two', 'three'].map((name) =>
      lines(`function ${name}() {`, filler(20), `  old(${name}) ⇒ fresh(${name})`, filler(20), '}'),
    )
    const excerpts = excerptsAround({ 'src/a.js': change(functions.join('\n')) }, {}, 200)
    const text = shown(excerpts).join('\n')
    for (const name of ['one', 'two', 'three']) expect(text).toContain(`function ${name}() {`)
    const bodies =
      excerpts[0]?.lines.filter(({ text }) => text.includes('step')).map(({ number }) => number) ?? []
    const perFunction = [0, 1, 2].map(
      (at) => bodies.filter((number) => Math.floor((number - 1) / 43) === at).length,
    )
    expect(Math.max(...perFunction) - Math.min(...perFunction)).toBeLessThanOrEqual(1)
  })

  it('is not told again where git names it behind the @@', () => {
    const diff = diffOfChange(
      'src/cart.js',
      change(lines('function total() {', filler(9), '  old ⇒ fresh', '}')),
    )
    const hunks = diff.hunks.map((hunk) => ({ ...hunk, header: `${hunk.header} function total() {` }))
    const texts = new Map([['src/cart.js', lines('function total() {', filler(9), '  fresh', '}')]])
    const chunk = chunkOf([{ ...diff, hunks }])
    const [excerpt] = surroundingsOf(chunk, knowTexts(texts, [diff]), 500)
    expect(excerpt?.lines.map(({ number }) => number)).toEqual(range(2, 7))
  })

  it('is the one whose signature changes, and not its neighbours in the class', () => {
    const method = (name: string, first: string) =>
      lines(first, `    return ${name}`, filler(6, '    '), '  }')
    const text = lines(
      'class Cart {',
      method('one', '  one() {'),
      method('two', '  two() { ⇒   two(country) {'),
      method('three', '  three() {'),
      '}',
    )
    const [excerpt] = excerptsAround({ 'src/cart.js': change(text) })
    const numbers = excerpt?.lines.map(({ number }) => number) ?? []
    expect(numbers.filter((number) => number > 1 && number < 11)).toEqual([])
    expect(numbers.filter((number) => number > 19)).toEqual([])
    expect(numbers).toEqual([1, ...range(15, 18)])
  })

  it('is less of a test, for the tests around it tell little', () => {
    const text = lines("describe('cart', () => {", filler(40), '  old ⇒ fresh', filler(40), '})')
    const [excerpt] = excerptsAround({ 'test/cart.test.js': change(text) })
    expect(excerpt?.lines.map(({ number }) => number)).toEqual([1, ...range(33, 38), ...range(46, 51)])
  })

  it('is not needed by a new file, which shows itself', () => {
    const after = lines('export function total() {', filler(30), '}')
    expect(around({ 'src/cart.js': { before: '', after } })).toEqual([])
  })

  it('is cut where a line is longer than anybody reads', () => {
    const [excerpt] = excerptsAround({
      'src/a.js': change(lines(`function total(${'a'.repeat(999)}) {`, filler(9), '  old ⇒ fresh', '}')),
    })
    expect(excerpt?.lines[0]?.text).toMatch(/^function total\(a{285}…$/)
  })
})

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at)
}
