import type { Standing } from '../finding/standing.ts'
import type { Source, SourceReader } from '../ports/source-reader.ts'
import type { PullRequestSnapshot } from '../pull-request.ts'
import { Lines } from '../surroundings/lines.ts'

/** What has become of the lines that a finding quotes. */
export type QuotedCode = {
  /** In the head. */
  readonly path: string
  /** Around the place, by the lines' numbers. */
  readonly shown: readonly { readonly number: number; readonly text: string }[]
  /** In words, for the model. */
  readonly changed: string
  /** What the pull request changes in the file, where the lines are not found; '' otherwise. */
  readonly patch: string
  /** Proved: they do not stand there any more; deleted ones stand there again. */
  readonly isGone: boolean
}

type Quoting = Pick<Standing, 'path' | 'side' | 'line' | 'code'>

/** Around the place. */
const linesBefore = 25
const linesAfter = 40
/** The rest of a longer line says little. */
const longestLine = 300

/** Looks for the quoted lines in the head. What is not known or not text proves nothing. */
export async function readQuotedCode(
  finding: Quoting,
  { files, headSha }: Pick<PullRequestSnapshot, 'files' | 'headSha'>,
  sources: SourceReader,
  signal: AbortSignal,
): Promise<QuotedCode> {
  const file =
    files.find(({ path }) => path === finding.path) ??
    files.find(({ previousPath }) => previousPath === finding.path)
  const path = file?.path ?? finding.path
  const place = { commit: headSha, path }
  const [source = null] = await sources.read([place], signal)
  const text = source?.kind === 'large' ? await sources.readWhole(place, signal) : textOf(source)
  if (text === null && source !== null)
    return { path, shown: [], changed: 'The file cannot be shown.', patch: '', isGone: false }
  const lines = new Lines(text ?? '')
  const found = lineWith(finding.code, lines, finding.line ?? 1)
  return {
    ...compare(finding, found),
    ...{ path, shown: text === null ? [] : linesAround(lines, found ?? finding.line ?? 1) },
    patch: found === null ? (file?.patch ?? '') : '',
  }
}

function compare({ side, code }: Quoting, found: number | null): Pick<QuotedCode, 'changed' | 'isGone'> {
  if (squeeze(code) === '') return { changed: '', isGone: false }
  if (side === 'LEFT')
    return found === null
      ? { changed: 'The quoted lines were deleted, and are not there again.', isGone: false }
      : { changed: `The quoted lines were deleted, and are there again, from line ${found}.`, isGone: true }
  return found === null
    ? { changed: 'The quoted lines are not there any more as they were.', isGone: true }
    : { changed: `The quoted lines are still there, from line ${found}.`, isGone: false }
}

function textOf(source: Source | null): string | null {
  return source?.kind === 'text' ? source.text : null
}

function linesAround(lines: Lines, around: number): QuotedCode['shown'] {
  const first = Math.max(1, around - linesBefore)
  const last = Math.min(lines.length, around + linesAfter)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => ({
    number: first + index,
    text: lines.at(first + index).slice(0, longestLine),
  }))
}

/** Number of the line at which the code begins, whatever its white space: of several places the nearest. */
function lineWith(code: string, lines: Lines, near: number): number | null {
  const wanted = squeeze(code)
  if (wanted === '') return null
  const squeezed = Array.from({ length: lines.length }, (_, index) => squeeze(lines.at(index + 1)))
  const all = squeezed.join('')
  let best: number | null = null
  let number = 0
  let end = 0
  for (let at = all.indexOf(wanted); at >= 0; at = all.indexOf(wanted, at + 1)) {
    while (end <= at) end += squeezed[number++]?.length ?? Number.POSITIVE_INFINITY
    if (best === null || Math.abs(number - near) < Math.abs(best - near)) best = number
  }
  return best
}

function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, '')
}
