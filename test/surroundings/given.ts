import { structuredPatch } from 'diff'
import type { FileDiff } from '../../src/diff/patch.ts'
import type { Chunk } from '../../src/plan/plan-review.ts'
import type { Excerpt } from '../../src/surroundings/excerpt.ts'
import { knowTexts, surroundingsOf } from '../../src/surroundings/surroundings.ts'
import { diffFrom } from '../diff/changes.ts'

/** A file before and after; '' where it is not there. */
export type Change = { readonly before: string; readonly after: string }

/** The diff as git would show it, with three lines of context. */
export function diffOfChange(path: string, { before, after }: Change): FileDiff {
  const { hunks } = structuredPatch(path, path, before, after, '', '', { context: 3 })
  const patch = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => {
    // git counts from the line before where there is none. https://git-scm.com/docs/diff-format
    const range = (start: number, count: number) => `${count === 0 ? start - 1 : start},${count}`
    return [`@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`, ...lines]
  })
  return diffFrom(path, patch.join('\n'))
}

/** A file in which one line stands for its change: `was ⇒ becomes`, `⇒ becomes`, or `was ⇒`. */
export function change(text: string): Change {
  const side = (group: number) =>
    text
      .split('\n')
      .flatMap((line) => {
        const [, indent = '', was, becomes] = /^(\s*)(.*?) ?⇒ ?(.*)$/.exec(line) ?? []
        if (was === undefined || becomes === undefined) return [line]
        const shown = group === 0 ? was : was === '' ? becomes : becomes.trimStart()
        return shown === '' ? [] : [indent + shown]
      })
      .join('\n')
  return { before: side(0), after: side(1) }
}

export function chunkOf(diffs: readonly FileDiff[]): Chunk {
  const parts = diffs.flatMap((diff) => diff.hunks.map((hunk) => ({ diff, hunk, lines: hunk.lines })))
  return { parts, tokens: 0 }
}

/** What is shown around these changes in a repository that has these other files, too. */
export function excerptsAround(
  changes: Readonly<Record<string, Change>>,
  others: Readonly<Record<string, string>> = {},
  tokenLimit = 2_000,
): readonly Excerpt[] {
  const diffs = Object.entries(changes).map(([path, change]) => diffOfChange(path, change))
  const changed = Object.entries(changes).flatMap(([path, { after }]) =>
    after === '' ? [] : [[path, after] as const],
  )
  const texts = new Map([...changed, ...Object.entries(others)])
  return surroundingsOf(chunkOf(diffs), knowTexts(texts, diffs), tokenLimit)
}

/** Each excerpt as people read it. */
export function shown(excerpts: readonly Excerpt[]): string[] {
  return excerpts.map(({ path, why, lines }) => {
    return [`${path} (${why})`, ...lines.map(({ number, text }) => `${number} ${text}`)].join('\n')
  })
}

export function around(
  changes: Readonly<Record<string, Change>>,
  others: Readonly<Record<string, string>> = {},
  tokenLimit = 2_000,
): string[] {
  return shown(excerptsAround(changes, others, tokenLimit))
}

export function lines(...texts: readonly string[]): string {
  return texts.join('\n')
}

/** So many lines of code that do nothing of interest. */
export function filler(count: number, indent = '  '): string {
  return Array.from({ length: count }, (_, at) => `${indent}step(${at})`).join('\n')
}
