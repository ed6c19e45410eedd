import { describe, expect, it } from 'vitest'
import { readDiffs } from '../../src/diff/read-diffs.ts'
import { changedFiles, generatedChange } from './generated-change.ts'

describe('a generated change', () => {
  it.each([
    { files: 15, additions: 420, deletions: 160 },
    { files: 151, additions: 6_443, deletions: 2_280 },
  ])('has $files files, +$additions −$deletions, each with a patch that can be parsed', (size) => {
    const { diffs, withoutHunks } = readDiffs(changedFiles(generatedChange(size)))
    const count = (kind: string) =>
      diffs.flatMap(({ hunks }) => hunks.flatMap(({ lines }) => lines)).filter((line) => line.kind === kind)
        .length
    expect(withoutHunks).toEqual([])
    expect(diffs).toHaveLength(size.files)
    expect([count('added'), count('deleted')]).toEqual([size.additions, size.deletions])
  })

  it('is the same for the same seed, and another for another', () => {
    const size = { files: 15, additions: 420, deletions: 160 }
    expect(generatedChange(size, 7)).toEqual(generatedChange(size, 7))
    expect(generatedChange(size, 8)).not.toEqual(generatedChange(size, 7))
  })
})
