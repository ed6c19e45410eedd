import { describe, expect, it } from 'vitest'
import { readDiffs } from '../../src/diff/read-diffs.ts'
import type { ChangedFile } from '../../src/pull-request.ts'
import { fileFrom } from './changes.ts'

const file = (changes: Partial<ChangedFile>): ChangedFile => ({
  path: 'a.txt',
  previousPath: null,
  status: 'modified',
  additions: 0,
  deletions: 0,
  patch: null,
  sha: '257cc5642cb1a054f08cc83f2d943e56fd3ebe99',
  ...changes,
})

it('files with hunks are read in their order, renamed ones with both names', () => {
  const { diffs, withoutHunks } = readDiffs([
    fileFrom('z.ts', '@@ -1 +1 @@\n-a\n+b'),
    { ...fileFrom('b.ts', '@@ -0,0 +1 @@\n+b'), status: 'renamed', previousPath: 'a.ts' },
  ])
  expect(diffs.map(({ path, previousPath }) => [path, previousPath])).toEqual([
    ['z.ts', null],
    ['b.ts', 'a.ts'],
  ])
  expect(withoutHunks).toEqual([])
})

describe('a file without hunks is named with its reason', () => {
  it.each([
    ['a binary file', file({ status: 'added', path: 'a.png' }), 'binary', 'a binary file'],
    [
      'a pure rename',
      file({ status: 'renamed', previousPath: 'old.txt' }),
      'no-patch',
      'renamed from old.txt without a change',
    ],
    ['a change of mode', file({ status: 'changed' }), 'no-patch', 'only its mode changed'],
    [
      'an empty file',
      file({ status: 'added', sha: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' }),
      'no-patch',
      'an empty file',
    ],
  ])('%s, of which nothing is missing', (_, changed, coverage, reason) => {
    expect(readDiffs([changed]).withoutHunks).toMatchObject([
      { path: changed.path, coverage, reason, unseen: false },
    ])
  })

  it.each([
    ['text that GitHub finds too large', file({ additions: 40_000, deletions: 2 }), '+40000 −2'],
    ['a patch that GitHub cut', file({ additions: 3, patch: '@@ -0,0 +1,3 @@\n+a\n+b' }), 'breaks off'],
    ['a patch that does not add up', file({ additions: 3, patch: '@@ -0,0 +1 @@\n+a' }), '+3 −0'],
    ['a source of which GitHub shows nothing', file({ status: 'modified' }), 'no difference'],
    ['an empty patch', file({ additions: 1, patch: '' }), 'no hunk'],
  ])('%s, which nobody has seen then', (_, changed, reason) => {
    expect(readDiffs([changed])).toEqual({
      diffs: [],
      withoutHunks: [
        { path: 'a.txt', coverage: 'no-patch', reason: expect.stringContaining(reason), unseen: true },
      ],
    })
  })
})
