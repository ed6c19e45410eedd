import { readDiffs } from '../diff/read-diffs.ts'
import type { StandingFinding } from '../finding/marker.ts'
import { type Whereabouts, whereaboutsOf } from '../finding/whereabouts.ts'
import type { SourceReader } from '../ports/source-reader.ts'
import type { ChangedFile, PullRequestSnapshot } from '../pull-request.ts'
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
  /** Proved: they do not stand there any more; deleted ones are not deleted any more. */
  readonly isGone: boolean
}

/** Around the place. */
const linesBefore = 25
const linesAfter = 40
/** The rest of a longer line says little. */
const longestLine = 300

/** Looks for the quoted lines in the head. What is not known or not text proves nothing. */
export async function readQuotedCode(
  finding: StandingFinding,
  { files, headSha }: Pick<PullRequestSnapshot, 'files' | 'headSha'>,
  sources: SourceReader,
  signal: AbortSignal,
): Promise<QuotedCode> {
  const quoting = { ...finding, path: renamedPath(finding.path, files) }
  const { diffs } = readDiffs(files)
  const { path } = whereaboutsOf(quoting, diffs, new Map())
  const text = await readText({ commit: headSha, path }, sources, signal)
  if (text === undefined)
    return { path, shown: [], changed: 'The file cannot be shown.', patch: '', isGone: false }
  const where = whereaboutsOf(quoting, diffs, new Map([[path, text]]))
  const isFound = where.kind === 'shown' || where.kind === 'kept'
  const place = isFound ? where.startLine : (finding.line ?? 1)
  return {
    path,
    shown: text === null ? [] : linesAround(new Lines(text), place),
    changed: describe(finding, where),
    patch: isFound ? '' : (files.find((file) => file.path === path)?.patch ?? ''),
    isGone: where.kind === 'gone',
  }
}

/** Where a file is renamed and nothing else, no diff says so. */
function renamedPath(path: string, files: readonly ChangedFile[]): string {
  if (files.some((file) => file.path === path)) return path
  return files.find((file) => file.status === 'renamed' && file.previousPath === path)?.path ?? path
}

/** Null where there is nothing; undefined for what is no text. */
async function readText(
  place: { readonly commit: string; readonly path: string },
  sources: SourceReader,
  signal: AbortSignal,
): Promise<string | null | undefined> {
  const [source = null] = await sources.read([place], signal)
  if (source === null) return null
  if (source.kind === 'large') return (await sources.readWhole(place, signal)) ?? undefined
  return source.kind === 'text' ? source.text : undefined
}

function describe({ side }: StandingFinding, where: Whereabouts): string {
  const isDeleted = side === 'LEFT'
  switch (where.kind) {
    case 'unknown':
      return ''
    case 'gone':
      return isDeleted
        ? 'The quoted lines were deleted, and are not deleted any more as they were.'
        : 'The quoted lines are not there any more as they were.'
    default:
      return isDeleted
        ? 'The quoted lines were deleted, and still are.'
        : `The quoted lines are still there, from line ${where.startLine}.`
  }
}

function linesAround(lines: Lines, around: number): QuotedCode['shown'] {
  const first = Math.max(1, around - linesBefore)
  const last = Math.min(lines.length, around + linesAfter)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => ({
    number: first + index,
    text: lines.at(first + index).slice(0, longestLine),
  }))
}
