import type { FileDiff } from '../../src/diff/patch.ts'
import { readDiffs } from '../../src/diff/read-diffs.ts'
import { type Chunk, planReview } from '../../src/plan/plan-review.ts'

/** A new file of so many lines, as GitHub tells it. */
export function newFile(path: string, lines = 40) {
  const text = Array.from({ length: lines }, (_, index) => `+line ${index + 1} of the file ${path}`)
  return {
    path,
    previousPath: null,
    status: 'added',
    additions: lines,
    deletions: 0,
    patch: [`@@ -0,0 +1,${lines} @@`, ...text].join('\n'),
    sha: null,
  } as const
}

export function diffsOf(paths: readonly string[], lines?: number): readonly FileDiff[] {
  return readDiffs(paths.map((path) => newFile(path, lines))).diffs
}

const wide = { chunkTokens: 100_000, affordableTokens: 1_000_000 }

/** One chunk for each file. */
export function chunkEach(diffs: readonly FileDiff[]): readonly Chunk[] {
  return diffs.flatMap((diff) => planReview([diff], new Set(), wide).chunks)
}
