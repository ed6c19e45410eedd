import { describe, expect, it } from 'vitest'
import { around, change, lines } from './given.ts'

describe('who uses what a change changes', () => {
  const price = change(
    lines(
      'export function priceOf(item) { ⇒ export function priceOf(item, country) {',
      '  return item.price',
      '}',
    ),
  )

  it('calls it, with the function that does', () => {
    const others = {
      'src/checkout.js': lines(
        "import { priceOf } from './price.js'",
        '',
        '// priceOf is explained here',
        'export function checkout(cart) {',
        '  log(cart)',
        '',
        '  const total = sum(cart.items.map(',
        '    (item) => priceOf(item),',
        '  ))',
        '  return total',
        '}',
      ),
      'src/other.js': lines('function priceOf(thing) {', '  return 1', '}', 'priceOf(2)'),
    }
    expect(around({ 'src/price.js': price }, others)).toEqual([
      lines(
        'src/checkout.js (calls priceOf)',
        '4 export function checkout(cart) {',
        '7   const total = sum(cart.items.map(',
        '8     (item) => priceOf(item),',
        '9   ))',
      ),
    ])
  })

  it('still uses what is removed, in code before comments', () => {
    const removed = change(
      lines(
        'export function gross(a) { ⇒',
        '  return a ⇒',
        '} ⇒',
        'export function net(a) {',
        '  return a',
        '}',
      ),
    )
    const code = lines("import { gross } from './tax.js'", '// gross of all', 'show(gross(1))')
    const comment = lines("import { net } from './tax.js'", '// unlike gross', 'net(1)')
    expect(around({ 'src/tax.js': removed }, { 'src/a.js': code })).toEqual([
      lines('src/a.js (uses the removed gross)', '3 show(gross(1))'),
    ])
    expect(around({ 'src/tax.js': removed }, { 'src/a.js': comment })).toEqual([
      lines('src/a.js (mentions the removed gross)', '2 // unlike gross'),
    ])
  })

  it('still uses what a deleted file defined', () => {
    const deleted = { before: lines('export function gross(a) {', '  return a', '}'), after: '' }
    const user = lines("import { gross } from './tax.js'", 'show(gross(1))')
    expect(around({ 'src/tax.js': deleted }, { 'src/a.js': user })).toEqual([
      lines('src/a.js (uses the removed gross)', '2 show(gross(1))'),
    ])
  })

  it('does not use something removed that only moved', () => {
    const changes = {
      'src/old.js': change(
        lines('export function totalOf(a) { ⇒', '  return a ⇒', '} ⇒', 'export const b = 1'),
      ),
      'src/new.js': { before: '', after: lines('export function totalOf(a) {', '  return a', '}') },
    }
    const user = lines("import { totalOf } from './new.js'", 'export const x = totalOf(1)')
    expect(around(changes, { 'src/user.js': user }).join()).not.toContain('removed')
  })

  it('uses a removed field', () => {
    const type = change(lines('export type Order = {', '  id: string', '  total: number ⇒', '}'))
    const user = lines(
      "import type { Order } from './order.js'",
      'export const f = (order: Order) =>',
      '  order.total * 2',
    )
    expect(around({ 'src/order.ts': type }, { 'src/user.ts': user }).join()).toContain(
      'src/user.ts (uses the removed total)',
    )
  })

  it('means a method only behind a dot, and a name that everybody uses only with an import', () => {
    const changes = {
      'src/cart.ts': change(lines('export class Cart {', '  discount() { ⇒   discount(rate) {', '  }', '}')),
      'src/parse.ts': change('export function parse(text) { ⇒ export function parse(text, strict) {'),
    }
    const others = {
      'src/user.ts': lines(
        "import { Cart } from './cart.ts'",
        'discount(1)',
        '',
        '',
        'new Cart().discount()',
      ),
      'src/json.ts': lines('export const a = JSON.parse(text)', 'export const b = parse(text)'),
      'src/reads.ts': lines("import { parse } from './parse.ts'", 'JSON.parse(a)', '', '', 'parse(b)'),
    }
    const text = around(changes, others).join('\n')
    expect(text).toContain('new Cart().discount()')
    expect(text).toContain('5 parse(b)')
    expect(text).not.toMatch(/discount\(1\)|JSON/)
    expect(text).not.toContain('json.ts')
  })

  it.each([
    [
      'Go, in the same folder',
      'shop/price.go',
      'func priceOf(i Item) int { ⇒ func priceOf(i Item, c string) int {',
      'shop/cart.go',
      'func total() int {\n\treturn priceOf(item)\n}',
      'calls priceOf',
    ],
    [
      'Python',
      'shop/price.py',
      'def price_of(item): ⇒ def price_of(item, country):',
      'shop/cart.py',
      'from .price import price_of\n\ndef total():\n    return price_of(1)',
      'calls price_of',
    ],
    [
      'Java',
      'src/main/java/shop/Price.java',
      '  static int priceOf(Item i) { ⇒   static int priceOf(Item i, String c) {',
      'src/main/java/shop/Cart.java',
      'class Cart {\n  int total() {\n    return Price.priceOf(item);\n  }\n}',
      'calls priceOf',
    ],
    [
      'Rust',
      'src/price.rs',
      'pub fn price_of(i: &Item) -> u32 { ⇒ pub fn price_of(i: &Item, c: &str) -> u32 {',
      'src/cart.rs',
      'use crate::price::price_of;\n\nfn total() -> u32 {\n    price_of(&item)\n}',
      'calls price_of',
    ],
    [
      'C',
      'src/price.c',
      'int price_of(item *i) { ⇒ int price_of(item *i, int country) {',
      'src/cart.c',
      '#include "price.h"\n\nint total(void)\n{\n    return price_of(i);\n}',
      'calls price_of',
    ],
    [
      'Ruby',
      'lib/price.rb',
      'def price_of(item) ⇒ def price_of(item, country)',
      'lib/cart.rb',
      "require_relative 'price'\n\ndef total\n  price_of(item)\nend",
      'calls price_of',
    ],
    [
      'PHP',
      'app/Price.php',
      'public function priceOf($i) { ⇒ public function priceOf($i, $c) {',
      'app/Cart.php',
      '<?php\nfunction total() {\n  return $this->price->priceOf($i);\n}',
      'calls priceOf',
    ],
    [
      'SQL in code',
      'db/2.sql',
      '⇒ DROP TABLE receipts;',
      'src/receipts.ts',
      'export const all = () =>\n  query("SELECT * FROM receipts")',
      'uses the removed receipts',
    ],
  ])('%s', (_, path, changed, user, text, why) => {
    expect(around({ [path]: change(lines(changed, '  body')) }, { [user]: text }).join()).toContain(
      `${user} (${why})`,
    )
  })
})
