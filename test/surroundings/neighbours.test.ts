import { describe, expect, it } from 'vitest'
import { foldersToList, type ListedEntry, neighboursOf } from '../../src/surroundings/neighbours.ts'
import { type Change, change, diffOfChange } from './given.ts'

/** A listing; names that end in `/` are folders. */
function entries(...names: readonly string[]): ListedEntry[] {
  return names.map((name) =>
    name.endsWith('/')
      ? { name: name.slice(0, -1), kind: 'folder', byteSize: null }
      : { name, kind: 'file', byteSize: 1_000 },
  )
}

function neighbours(
  changes: Readonly<Record<string, Change>>,
  folders: Readonly<Record<string, readonly ListedEntry[]>> = {},
  limit = 20,
): readonly string[] {
  const diffs = Object.entries(changes).map(([path, change]) => diffOfChange(path, change))
  const texts = new Map(Object.entries(changes).map(([path, { after }]) => [path, after]))
  return neighboursOf(diffs, texts, new Map(Object.entries(folders)), limit)
}

const file = (...lines: readonly string[]) => change([...lines, 'old ⇒ fresh'].join('\n'))

describe('the files that a changed file imports', () => {
  it.each<
    [language: string, path: string, statement: string, folders: Record<string, string[]>, found: string[]]
  >([
    [
      'TypeScript that names what it compiles to',
      'src/a/b.ts',
      "import { c } from './c.js'",
      { 'src/a': ['c.ts'] },
      ['src/a/c.ts'],
    ],
    [
      'TypeScript without an extension',
      'src/a/b.ts',
      "import { c } from '../x/c'",
      {},
      ['src/x/c.ts', 'src/x/c/index.ts'],
    ],
    [
      'a folder by its index',
      'src/a/b.ts',
      "import { c } from './c'",
      { 'src/a': ['c/'], 'src/a/c': ['index.ts'] },
      ['src/a/c/index.ts'],
    ],
    ['an alias of the sources', 'web/src/a/b.ts', "import { c } from '@/x/c.ts'", {}, ['web/src/x/c.ts']],
    [
      'a component',
      'src/App.tsx',
      "import { Cart } from './Cart'",
      { src: ['Cart.tsx', 'cart.ts'] },
      ['src/Cart.tsx'],
    ],
    ['an import of several lines', 'src/a.ts', "import {\n  c,\n  d,\n} from './c.ts'", {}, ['src/c.ts']],
    ['require', 'lib/a.js', "const c = require('./c')", { lib: ['c.js'] }, ['lib/c.js']],
    ['a package', 'src/a.ts', "import { Router } from 'express'", {}, []],
    [
      'Python, relative',
      'app/api/order.py',
      'from ..models.order import Order',
      {},
      ['app/models/order.py', 'app/models/order/__init__.py'],
    ],
    [
      'Python, a module of the package',
      'app/api/order.py',
      'from . import views',
      { 'app/api': ['views.py'] },
      ['app/api/views.py'],
    ],
    [
      'Python, absolute',
      'server/app/api/order.py',
      'from app.models import Order',
      { 'server/app': ['models.py'] },
      ['server/app/models.py'],
    ],
    ['Python, a library', 'app/api.py', 'from django.db import models', {}, []],
    [
      'Go',
      'internal/api/order.go',
      'import (\n\t"fmt"\n\t"github.com/acme/shop/internal/db"\n)',
      { 'internal/db': ['db.go', 'db_test.go'] },
      ['internal/db/db.go'],
    ],
    ['Rust, a module', 'src/lib.rs', 'mod cart;', { src: ['cart.rs'] }, ['src/cart.rs']],
    [
      'Rust, of the crate',
      'src/api/order.rs',
      'use crate::cart::Cart;',
      { src: ['cart.rs'] },
      ['src/cart.rs'],
    ],
    [
      'Java',
      'src/main/java/com/acme/api/Api.java',
      'package com.acme.api;\nimport com.acme.db.Orders;\nimport java.util.List;',
      {},
      ['src/main/java/com/acme/db/Orders.java'],
    ],
    [
      'Kotlin whose folders leave out the common part',
      'src/api/Api.kt',
      'package com.acme.api\nimport com.acme.db.Orders',
      {},
      ['src/db/Orders.kt'],
    ],
    [
      'PHP',
      'app/Http/Api.php',
      '<?php\nnamespace App\\Http;\nuse App\\Models\\Order;',
      {},
      ['app/Models/Order.php'],
    ],
    ['C', 'src/cart.c', '#include <stdio.h>\n#include "price.h"', { src: ['price.h'] }, ['src/price.h']],
    ['Ruby', 'lib/shop/cart.rb', "require_relative '../price'", { lib: ['price.rb'] }, ['lib/price.rb']],
    ['shell', 'scripts/deploy.sh', '. "$(dirname "$0")/lib.sh"', { scripts: ['lib.sh'] }, ['scripts/lib.sh']],
  ])('%s', (_, path, statement, folders, found) => {
    const listed = Object.fromEntries(
      Object.entries(folders).map(([folder, names]) => [folder, entries(...names)]),
    )
    const isTest = /test|spec/i
    expect(neighbours({ [path]: file(statement) }, listed).filter((one) => !isTest.test(one))).toEqual(found)
  })

  it('come first where the change uses what they import', () => {
    const text = change(
      ["import { one } from './alpha.ts'", "import { other } from './beta.ts'", 'other(1) ⇒ other(2)'].join(
        '\n',
      ),
    )
    expect(
      neighbours(
        { 'src/x.ts': text },
        { src: entries('alpha.ts', 'beta.ts'), test: [], '': entries('src/') },
      ),
    ).toEqual(['src/beta.ts', 'src/alpha.ts'])
  })

  it('are not guessed where the listings say that there is nothing', () => {
    const folders = { '': entries('src/'), src: entries('x.ts', 'db/') }
    const text = file(
      "import { c } from './lib/c'",
      "import { d } from './d'",
      "import { e } from './db/e.ts'",
    )
    expect(neighbours({ 'src/x.ts': text }, folders)).toEqual(['src/db/e.ts'])
  })

  it('are those of a new file, too', () => {
    const text = "import { charge } from './c.ts'\ncharge(1)"
    const diff = diffOfChange('src/new.ts', { before: '', after: text })
    expect(neighboursOf([diff], new Map(), new Map([['src', entries('c.ts')]]), 5)[0]).toBe('src/c.ts')
  })
})

describe('files beside a changed one', () => {
  it('are its test, and of a test its subject', () => {
    const folders = {
      src: entries('price.ts', 'price.test.ts', 'zebra.ts'),
      app: entries('order.py', 'test_order.py'),
    }
    expect(neighbours({ 'src/price.ts': file() }, folders)).toContain('src/price.test.ts')
    expect(neighbours({ 'src/price.test.ts': file() }, folders)).toEqual(['src/price.ts'])
    expect(neighbours({ 'app/test_order.py': file() }, folders)).toEqual(['app/order.py'])
    expect(neighbours({ 'test/price.test.ts': file() }, { test: entries('zebra.test.ts') })).toEqual([])
  })

  it('are tests where the language has its custom', () => {
    const java = 'src/main/java/shop/Cart.java'
    expect(neighbours({ [java]: file() })).toEqual(['src/test/java/shop/CartTest.java'])
    expect(neighbours({ [java]: file() }, { src: entries('main/') })).toEqual([])
  })

  it('are those with a name like it, and in Go any of its package', () => {
    const ts = {
      src: entries('order-service.ts', 'order-store.ts', 'zebra.ts', 'order-list.md'),
      '': entries('src/'),
    }
    expect(neighbours({ 'src/order-api.ts': file() }, ts)).toEqual([
      'src/order-service.ts',
      'src/order-store.ts',
    ])
    const go = { shop: entries('api.go', 'zebra.go', 'README.md') }
    expect(neighbours({ 'shop/api.go': file() }, go)).toEqual(['shop/zebra.go'])
  })
})

describe('what is never worth a request', () => {
  it('is large, generated, changed itself, or no code', () => {
    const text = file(
      "import './big.ts'",
      "import './a.min.js'",
      "import './b.ts'",
      "import './api.generated.ts'",
      "import './a.css'",
      "import '../../outside.ts'",
      "import '../dist/x.ts'",
    )
    const folders = {
      src: [
        ...entries('x.ts', 'b.ts', 'a.min.js', 'api.generated.ts', 'a.css'),
        { name: 'big.ts', kind: 'file', byteSize: 60_001 } as const,
      ],
      '': entries('src/'),
    }
    expect(neighbours({ 'src/x.ts': text, 'src/b.ts': file() }, folders)).toEqual([])
  })

  it('goes beyond the limit', () => {
    const text = file(...Array.from({ length: 300 }, (_, at) => `import { a${at} } from './a${at}.ts'`))
    expect(neighbours({ 'src/x.ts': text }, {}, 7)).toHaveLength(7)
  })
})

describe('folders to list', () => {
  it('are those with the most changed files', () => {
    const paths = ['README.md', 'src/a.ts', 'src/b.ts', 'src/db/c.ts', 'docs/a.md', 'docs/b.md', 'docs/c.md']
    expect(foldersToList(paths, 3)).toEqual(['docs', 'src', ''])
  })
})
