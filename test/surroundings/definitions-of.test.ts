import { describe, expect, it } from 'vitest'
import { knowTexts, surroundingsOf } from '../../src/surroundings/surroundings.ts'
import { around, change, chunkOf, diffOfChange, filler, lines, shown } from './given.ts'

describe('what a change uses', () => {
  const user = (...added: readonly string[]) =>
    change(
      lines(
        "import { charge } from './gateway.js'",
        'export function pay(order) {',
        ...added.map((line) => `⇒ ${line}`),
        '}',
      ),
    )

  it('is shown where it is defined, with what its comment says first', () => {
    const others = {
      'src/gateway.ts': lines(
        'export const limit = 1',
        '/**',
        ' * Charges a card once; whoever calls it again charges it again.',
        ' * @param amount in cents',
        ' */',
        'export async function charge(',
        '  card: Card,',
        '  amount: number,',
        '): Promise<Receipt> {',
        filler(20),
        '}',
      ),
      'src/elsewhere.ts': lines('export function charge() {', '}'),
    }
    expect(around({ 'src/pay.ts': user('  charge(order.card, order.total)') }, others)).toEqual([
      lines(
        'src/gateway.ts (defines charge)',
        '3  * Charges a card once; whoever calls it again charges it again.',
        '6 export async function charge(',
        '7   card: Card,',
        '8   amount: number,',
        '9 ): Promise<Receipt> {',
        '10   step(0)',
        '11   step(1)',
        '12   step(2)',
      ),
    ])
  })

  it('is the check that a deleted line called', () => {
    const policy = lines('export function canManage(user, order) {', '  return user.id === order.owner', '}')
    const changed = change(
      lines(
        "import { canManage } from './policy.js'",
        'get((user, order) => {',
        '  if (!canManage(user, order)) return ⇒',
        '  send(order)',
        '})',
      ),
    )
    expect(around({ 'src/api.js': changed }, { 'src/policy.js': policy })).toEqual([
      lines(
        'src/policy.js (defines canManage)',
        ...policy.split('\n').map((line, at) => `${at + 1} ${line}`),
      ),
    ])
  })

  it('is how to make a class, not all that the class can do', () => {
    const queue = lines(
      'export class JobQueue {',
      filler(12),
      '  constructor(limit: number) {',
      '    this.limit = limit',
      '  }',
      filler(12),
      '}',
    )
    expect(around({ 'src/pay.ts': user('  new JobQueue(3)') }, { 'src/queue.ts': queue })).toEqual([
      lines(
        'src/queue.ts (defines JobQueue)',
        '1 export class JobQueue {',
        '14   constructor(limit: number) {',
      ),
    ])
  })

  it('is what the change calls now, before what it called before and what it names', () => {
    const others = {
      'src/gateway.ts': lines(
        'export function charge(a) {',
        '}',
        '',
        'export function refund(a) {',
        '}',
        '',
        'export class MoneyBag {',
        '}',
      ),
    }
    const changed = change(
      lines(
        "import { charge, refund } from './gateway.js'",
        'export function pay(order) {',
        '  refund(order as MoneyBag) ⇒   charge(order as MoneyBag)',
        '}',
      ),
    )
    const names = (tokens: number) =>
      /defines (.*)\)/.exec(around({ 'src/pay.ts': changed }, others, tokens).join())?.[1]
    expect(names(500)).toBe('charge, refund, MoneyBag')
    expect(names(50)).toBe('charge')
  })

  it('is no method of that name where everybody has one', () => {
    const others = {
      'src/gateway.ts': lines(
        'export class Gateway {',
        '  find(id) {',
        '  }',
        '}',
        'export function charge() {',
        '}',
      ),
    }
    expect(around({ 'src/pay.ts': user('  find(order)') }, others)).toEqual([])
  })

  it('is a helper of tests only for tests', () => {
    const others = { 'test/hands.ts': lines('export function settledOrder() {', '  return order', '}') }
    const test = change(lines("import { settledOrder } from './hands.js'", '⇒ settledOrder()'))
    expect(around({ 'test/pay.test.ts': test }, others)[0]).toContain('defines settledOrder')
    expect(around({ 'src/pay.ts': user('  settledOrder()') }, others)).toEqual([])
  })

  it('is found among many files', () => {
    const many = Array.from({ length: 100 }, (_, at) => [
      `src/f${at}.ts`,
      `export function settle${at}() {\n}`,
    ])
    for (const at of [0, 31, 32, 99]) {
      expect(around({ 'src/pay.ts': user(`  settle${at}()`) }, Object.fromEntries(many)).join()).toContain(
        `src/f${at}.ts (defines`,
      )
    }
  })

  it('is not guessed where several could be meant and no import says which', () => {
    const others = { 'a/x.ts': 'export function settle() {\n}', 'b/x.ts': 'export function settle() {\n}' }
    expect(around({ 'src/pay.ts': user('  settle(order)') }, others)).toEqual([])
  })

  it('is found in new files, which are in the diff alone', () => {
    const paging = lines('export function pageOf(all, page) {', '  return all[page]', '}')
    const diffs = [
      diffOfChange('src/paging.js', { before: '', after: paging }),
      diffOfChange(
        'src/api.js',
        change(lines("import { pageOf } from './paging.js'", '⇒ show(pageOf(found, 1))')),
      ),
    ]
    const known = knowTexts(new Map(), diffs)
    expect(shown(surroundingsOf(chunkOf(diffs.slice(1)), known, 500)).join()).toContain(
      'src/paging.js (defines pageOf)',
    )
    expect(surroundingsOf(chunkOf(diffs), known, 500)).toEqual([])
  })
})
