import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpuClock } from '../cpu-clock.ts'
import { compileGlob, patternProblem } from '../../src/diff/glob.ts'

const matched = (pattern: string, paths: readonly string[]) => paths.filter(compileGlob(pattern))

describe('a pattern for paths', () => {
  it.each([
    ['*.sql', ['a.sql', 'db/b.sql', 'db/.sql'], ['a.sql.ts', 'a.sqlx']],
    ['/*.sql', ['a.sql'], ['db/b.sql']],
    ['db/*.sql', ['db/a.sql'], ['db/old/a.sql', 'x/db/a.sql', 'db.sql']],
    ['**/db/*.sql', ['db/a.sql', 'x/y/db/a.sql'], ['xdb/a.sql']],
    ['src/**', ['src/a', 'src/.b/c'], ['src', 'x/src/a', 'src2/a']],
    ['src/**/*.ts', ['src/a.ts', 'src/a/b/c.ts'], ['src/a.tsx', 'a.ts']],
    ['docs/', ['docs/a', 'x/docs/b/c'], ['docs', 'mydocs/a']],
    ['/docs/', ['docs/a'], ['x/docs/b']],
    ['docs', ['docs', 'docs/a/b', 'x/docs/b'], ['mydocs', 'docs.md']],
    ['./src/a', ['src/a', 'src/a/b'], ['x/src/a']],
    ['src/v?/x', ['src/v1/x'], ['src/v/x', 'src/v12/x', 'src/v//x']],
    ['*.{ts,tsx}', ['a.ts', 'b/c.tsx'], ['a.js', 'a.{ts,tsx}']],
    ['{src,test/{a,b}}/*.js', ['src/x.js', 'test/a/x.js', 'test/b/x.js'], ['test/x.js', 'x/src/x.js']],
    ['a{,b}.c', ['a.c', 'ab.c'], ['b.c']],
    ['[a-c]?.ts', ['b1.ts'], ['d1.ts', 'b/.ts']],
    ['[!a]', ['b', 'é'], ['a', 'bb']],
    ['app/\\[id\\]/(group)/*', ['app/[id]/(group)/page.tsx'], ['app/i/(group)/page.tsx']],
    ['{{name}}/*', ['{{name}}/a'], ['name/a']],
    ['\\!a', ['!a'], ['a']],
    ['*', ['a', '.b', 'c/d'], []],
    ['**', ['a', '.b', 'c/d'], []],
    ['über/*.ts', ['über/ä.ts'], ['uber/a.ts']],
    ['a*b*c', ['abc', 'axbxbxc'], ['ab', 'abcd', 'a/bc']],
    ['a/**/b/**/c', ['a/b/c', 'a/x/b/b/y/c'], ['a/c', 'a/b/xc']],
    ['**/a*/b', ['a1/a2/b', 'x/a/b'], ['a/c/b/d', 'a/x/b']],
  ])('%s', (pattern, yes, no) => {
    expect(matched(pattern, [...yes, ...no])).toEqual(yes)
  })

  it.each([
    ['src/[ab', /a `\[` without a `\]`/],
    ['[[:letter:]]', /`\[:letter:\]`/],
    ['src\\', /ends with a `\\`/],
    ['{a,b', /braces do not pair/],
    ['v{1..3}', /range.*write `\{1,2,3\}`/],
    ['@(a|b).ts', /write `\{a,b\}`/],
    ['!src/a', /begins with `!`/],
    ['/', /names nothing/],
    [' ', /names nothing/],
    ['a'.repeat(1001), /longer than 1000/],
    ['{a,b}'.repeat(20), /more than 200 patterns/],
    ['*a'.repeat(51), /more than 50 wildcards/],
  ])('that cannot be used says why: %s', (pattern, problem) => {
    expect(patternProblem(pattern)).toMatch(problem)
    expect(() => compileGlob(pattern)).toThrow(problem)
  })

  it('that can be used has no problem', () => {
    expect(patternProblem('src/**/*.{ts,js}')).toBeNull()
  })

  it('has a problem in plain words, or none', () => {
    const odd = fc.constantFrom(
      ...'*?[]!^-{},\\/ab.()|$+:'.split(''),
      '[:alpha:]',
      '**/',
      '\u{1f600}',
      '\ud83d',
    )
    const text = fc.array(odd, { maxLength: 12 }).map((pieces) => pieces.join(''))
    const plain = /^it(s braces| is longer| names| begins| ends| has) /
    fc.assert(
      fc.property(text, (pattern) => {
        expect(patternProblem(pattern) ?? 'it has none').toMatch(plain)
      }),
    )
  })

  // With a regular expression that tries every split, each of these takes longer than anybody waits.
  it.each([
    ['many stars', `${'*a'.repeat(30)}b`, 'a'.repeat(4000)],
    ['many folders', `${'**/a/'.repeat(30)}b`, 'a/'.repeat(2000)],
    ['stars in folders', `${'**/*a*a/'.repeat(20)}b`, 'aaa/'.repeat(1000)],
    ['braces', `${'{*a,*aa}'.repeat(7)}b`, 'a'.repeat(4000)],
    ['braces that do not pair', '{'.repeat(1000), 'a'],
  ])('keeps nobody waiting: %s', (_what, pattern, path) => {
    const spentMs = cpuClock()
    if (patternProblem(pattern) === null) expect(compileGlob(pattern)(path)).toBe(false)
    expect(spentMs()).toBeLessThan(1000)
  })
})
