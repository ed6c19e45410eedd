import type { FileDiff } from '../diff/patch.ts'

/** Texts of new files by path: their diffs show them whole, as one hunk of nothing but added lines. */
export function newFiles(diffs: readonly FileDiff[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  for (const { path, hunks } of diffs) {
    const [only, ...others] = hunks
    const isWhole =
      only?.newStart === 1 && others.length === 0 && only.lines.every(({ kind }) => kind === 'added')
    if (isWhole) texts.set(path, only.lines.map(({ text }) => text).join('\n'))
  }
  return texts
}
