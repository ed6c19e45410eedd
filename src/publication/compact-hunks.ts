import { wholeFileId } from '../diff/patch.ts'

/** Fewer ids that say the same: files of which all hunks were reviewed have one for all. */
export function compactHunks(
  ids: readonly string[],
  files: readonly (readonly string[])[],
): readonly string[] {
  const left = new Set(ids)
  const whole = files.filter((hunks) => hunks.length > 1 && hunks.every((id) => left.has(id)))
  for (const id of whole.flat()) left.delete(id)
  return [...whole.map(wholeFileId), ...left]
}
