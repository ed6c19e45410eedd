import { describe, expect, it } from 'vitest'
import { resolvePath } from '../../src/finding/resolve-path.ts'

const files = [
  { path: 'src/app.ts', previousPath: null },
  { path: 'src/lib/index.ts', previousPath: 'src/lib/main.ts' },
  { path: 'test/index.ts', previousPath: null },
  { path: 'a/b.ts', previousPath: null },
  { path: 'docs/Read Me.md', previousPath: null },
  { path: 'Makefile', previousPath: null },
  { path: 'makefile', previousPath: null },
  { path: 'odd:12', previousPath: null },
  { path: 'odd', previousPath: null },
]

describe('a path that can mean only one changed file is mended', () => {
  it.each([
    ['src/app.ts', 'src/app.ts'],
    [' `src/app.ts` ', 'src/app.ts'],
    ['./src/app.ts', 'src/app.ts'],
    ['/src/app.ts', 'src/app.ts'],
    ['b/src/app.ts', 'src/app.ts'],
    ['a/src/app.ts', 'src/app.ts'],
    ['a/b.ts', 'a/b.ts'],
    ['src\\app.ts', 'src/app.ts'],
    ['app.ts', 'src/app.ts'],
    ['packages/core/src/app.ts', 'src/app.ts'],
    ['SRC/App.ts', 'src/app.ts'],
    ['lib/app.ts', 'src/app.ts'],
    ['lib/index.ts', 'src/lib/index.ts'],
    ['src/lib/main.ts', 'src/lib/index.ts'],
    ['src/lib/index.ts (was src/lib/main.ts)', 'src/lib/index.ts'],
    ['src/app.ts:42', 'src/app.ts'],
    ['src/app.ts:42-44', 'src/app.ts'],
    ['docs/Read Me.md', 'docs/Read Me.md'],
    ['makefile', 'makefile'],
    ['odd:12', 'odd:12'],
    ['odd:13', 'odd'],
  ])('%j is %s', (stated, path) => {
    expect(resolvePath(stated, files)?.path).toBe(path)
  })
})

describe('a path that can mean no file, or several, is not guessed', () => {
  it.each(['', '/', '``', 'index.ts', 'MAKEFILE', 'src/none.ts', 'src', 'ts', 'pp.ts', ':12', '../..'])(
    '%j',
    (stated) => {
      expect(resolvePath(stated, files)).toBeNull()
    },
  )
})
