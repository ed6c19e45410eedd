import { describe, expect, it } from 'vitest'
import type { StandingFinding } from '../../src/finding/marker.ts'
import { type HeadTexts, whereaboutsOf } from '../../src/finding/whereabouts.ts'
import { diffFrom } from '../diff/changes.ts'

const diff = diffFrom(
  'a.ts',
  '@@ -1,4 +1,5 @@\n start()\n-check(user)\n+one(first)\n+two(second)\n middle()\n end()',
)

const finding = (code: string, changes: Partial<StandingFinding> = {}): StandingFinding => ({
  ...{ fingerprint: 'f', path: 'a.ts', side: 'RIGHT', startLine: 2, line: 2, code, gist: '' },
  ...{ severity: 'high', category: 'bug', title: 'T', confidence: 0.9 },
  ...changes,
})
const where = (
  code: string,
  changes: Partial<StandingFinding> = {},
  texts: HeadTexts = new Map(),
  diffs = [diff],
) => whereaboutsOf(finding(code, changes), diffs, texts)

describe('the code of an earlier finding', () => {
  it('is shown by the diff, at the lines where it is now and whatever its white space', () => {
    expect(where('one(first)\n\n  two(second)')).toEqual({
      kind: 'shown',
      path: 'a.ts',
      startLine: 2,
      line: 3,
    })
  })

  it('is kept in the file, outside of the diff', () => {
    const texts = new Map([['a.ts', 'x()\n\nlong ago()\n']])
    expect(where('long ago()', {}, texts)).toEqual({ kind: 'kept', path: 'a.ts', startLine: 3, line: 3 })
  })

  it.each([
    ['the file has it no more', new Map([['a.ts', 'x()']])],
    ['the file is not there any more', new Map([['a.ts', null]])],
  ])('is gone: %s', (_, texts) => {
    expect(where('long ago()', {}, texts)).toEqual({ kind: 'gone', path: 'a.ts' })
  })

  it('is gone with a file that the diff removes', () => {
    const removed = diffFrom('a.ts', '@@ -1,2 +0,0 @@\n-one(first)\n-x()')
    expect(where('one(first)', {}, new Map(), [removed])).toMatchObject({ kind: 'gone' })
  })

  it.each([
    ['nobody has read the file', 'long ago()', {}],
    ['it quoted nothing', '', {}],
    ['it never had a place', 'nowhere()', { startLine: null, line: null }],
  ])('is unknown where %s', (_, code, changes) => {
    expect(where(code, changes)).toMatchObject({ kind: 'unknown' })
  })

  it('that was deleted is shown while the diff deletes it, and gone when it is back', () => {
    expect(where('check(user)', { side: 'LEFT' })).toMatchObject({ kind: 'shown', startLine: 2 })
    expect(where('check(other)', { side: 'LEFT' })).toMatchObject({ kind: 'gone' })
  })

  it('is followed through a rename, and to the only file that shows it', () => {
    const renamed = { ...diff, path: 'b.ts', previousPath: 'a.ts' }
    expect(where('two(second)', {}, new Map(), [renamed])).toMatchObject({ kind: 'shown', path: 'b.ts' })
    const moved = { ...diff, path: 'c.ts' }
    expect(where('one(first)\ntwo(second)', {}, new Map(), [moved])).toMatchObject({
      kind: 'shown',
      path: 'c.ts',
    })
    const twice = [moved, { ...diff, path: 'd.ts' }]
    expect(where('one(first)\ntwo(second)', {}, new Map(), twice)).toMatchObject({
      kind: 'unknown',
      path: 'a.ts',
    })
  })
})
