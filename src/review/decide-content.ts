import { type FileDiff, withWholeFiles } from '../diff/patch.ts'
import type { FileWithoutHunks } from '../diff/read-diffs.ts'
import { anchorClaims } from '../finding/anchor-claims.ts'
import { countsForGate } from '../finding/fate.ts'
import type { Finding, UnplacedFinding } from '../finding/finding.ts'
import { likenessOf } from '../finding/likeness.ts'
import { commentBody, type Memory } from '../finding/recall.ts'
import { type Repeated, recallFindings } from '../finding/recall-findings.ts'
import { type Selection, selectFindings } from '../finding/select.ts'
import type { Standing } from '../finding/standing.ts'
import { type HeadTexts, type Whereabouts, whereaboutsOf } from '../finding/whereabouts.ts'
import type { LeftOutHunk } from '../plan/plan-review.ts'
import type { Claim } from '../prompt/answer.ts'
import type { Severity } from '../severity.ts'
import type { AskedChunk } from './ask-model.ts'
import { everyFile } from './change.ts'
import type { Checked } from './check-fixed.ts'
import { accountFor, type FileCoverage, reviewedHunkIds, whyIncomplete } from './coverage.ts'

/** All that was learned about one head, before it is held against what was said already. */
export type Learned = {
  readonly diffs: readonly FileDiff[]
  readonly withoutHunks: readonly FileWithoutHunks[]
  readonly unlistedFiles: number
  readonly asked: readonly AskedChunk[]
  readonly leftOut: readonly LeftOutHunk[]
  readonly found: readonly (Finding | UnplacedFinding)[]
  /** Texts of the head that earlier findings are looked for in. */
  readonly headTexts: HeadTexts
  /** What the model, asked about earlier findings, says of them. */
  readonly checked: Checked
  /** Memory when the model was asked. */
  readonly memory: Memory
}

/** An earlier finding as it is now. */
export type StandingNow = { readonly standing: Standing; readonly where: Whereabouts }

export type Decided = {
  readonly selection: Selection
  readonly repeated: readonly Repeated[]
  /** Every earlier finding with what became of it, those included that this run found mended. */
  readonly standing: readonly StandingNow[]
  /** See `Checked`. */
  readonly kept: readonly string[]
  readonly files: readonly FileCoverage[]
  readonly reviewedHunks: readonly string[]
  readonly verdict: 'passed' | 'findings' | 'inconclusive'
  readonly reason: string
  /** Hunks were not reviewed that another attempt may review: nothing but trouble was in the way. */
  readonly mayImprove: boolean
  /** There is something to say that no review has said. Else the standing summary at most has to change. */
  readonly newsworthy: boolean
  /** Where this head was dealt with before. */
  readonly earlierReviewUrl: string | null
}

/**
 * What to say, given what stands now. Called again with newer memory right before posting: a run at the same time may
 * have reviewed the same hunks, and each hunk and each finding is said once.
 */
export function decideContent(
  learned: Learned,
  now: Memory,
  headSha: string,
  limits: { readonly minSeverity: Severity; readonly maxComments: number },
): Decided {
  const [before, reviewed] = [learned.memory, now].map((memory) =>
    withWholeFiles(memory.reviewedHunks, learned.diffs),
  )
  const overtaken = new Set([...(reviewed ?? [])].filter((hunk) => before?.has(hunk) !== true))
  const { mine, theirs } = partByHunk(learned, overtaken)
  const known = everyFile(learned)
  const where = new Map<Standing, Whereabouts>(
    now.standing.map((one) => [one, whereaboutsOf(one, known, learned.headTexts)]),
  )
  const whereOf = (one: Standing): Whereabouts => where.get(one) ?? { kind: 'unknown', path: one.path }
  const recalled = recallFindings(mine, now.standing, whereOf)
  const back = comeBack(now.standing, recalled.fresh, whereOf)
  for (const { standing, finding } of recalled.repeated) {
    // where the model sees it now is where it is
    if (standing !== null && finding?.kind === 'anchored') where.set(standing, shownAt(finding))
  }
  const mended = new Set(
    recalled.repeated.flatMap(({ standing, finding }) =>
      standing !== null && finding === null && isMended(standing, learned.checked.fixed) ? [standing] : [],
    ),
  )
  const repeated = recalled.repeated.filter(({ standing }) => standing === null || !mended.has(standing))
  const again = anchorClaims(back.map(toldAgain), known)
  const selection = selectFindings([...recalled.fresh, ...again], limits)
  const files = accountFor(learned, learned.asked, learned.leftOut, overtaken)
  const reviewedHunks = reviewedHunkIds(files).filter((hunk) => reviewed?.has(hunk) !== true)
  const said = selection.inline.length + selection.folded.length
  const reason = whyIncomplete(files, learned.unlistedFiles)
  const stands =
    said + repeated.filter(({ standing }) => standing !== null && countsForGate(standing.fate)).length
  return {
    selection,
    repeated: [...repeated, ...theirs],
    standing: now.standing.map((one) => {
      const standing = mended.has(one) ? mendedAt(one, headSha) : one
      return { standing, where: whereOf(one) }
    }),
    kept: learned.checked.kept,
    files,
    reviewedHunks,
    verdict: reason !== null ? 'inconclusive' : stands > 0 ? 'findings' : 'passed',
    reason: reason ?? '',
    mayImprove: files.some((file) => file.mayImprove === true),
    newsworthy: now.summary === null || said > 0 || (now.hasReview && reviewedHunks.length > 0),
    earlierReviewUrl: now.reviewUrl,
  }
}

/** Mended once, and the code stands there again; unless the model says so now, or a later review did. */
function comeBack(
  standing: readonly Standing[],
  fresh: readonly (Finding | UnplacedFinding)[],
  whereOf: (standing: Standing) => Whereabouts,
): readonly Standing[] {
  return standing.filter((one, at) => {
    const where = whereOf(one)
    if (one.fate.kind !== 'addressed' || (where.kind !== 'shown' && where.kind !== 'kept')) return false
    const isSaidLater = standing
      .slice(at + 1)
      .some(({ title, code }) => title === one.title && code === one.code)
    return !isSaidLater && !fresh.some((finding) => likenessOf(finding, one, where) !== null)
  })
}

/** The claim that was made, about the code that is back. */
function toldAgain({
  path,
  code,
  side,
  title,
  gist,
  severity,
  category,
  confidence,
  thread,
}: Standing): Claim {
  return {
    ...{ path, quote: code, side, severity, category, title, confidence, suggestion: null },
    ...{ startLine: null, endLine: null },
    body: `${thread === null ? gist : commentBody(thread)}\n\nThis was mended once, and is back.`,
  }
}

function mendedAt(standing: Standing, headSha: string): Standing {
  return { ...standing, fate: { kind: 'addressed', headSha } }
}

function shownAt({ anchor: { path, startLine, line } }: Finding): Whereabouts {
  return { kind: 'shown', path, startLine, line }
}

function isMended({ fate, id }: Standing, fixed: ReadonlySet<string>): boolean {
  return countsForGate(fate) && fixed.has(id)
}

/** Findings in hunks that another run has reviewed since we asked are that run's to say. */
function partByHunk(
  { found, asked }: Learned,
  overtaken: ReadonlySet<string>,
): {
  mine: readonly (Finding | UnplacedFinding)[]
  theirs: readonly Repeated[]
} {
  const askedHunks = asked.flatMap(({ chunk }) => chunk.parts.map((part) => part.hunk.id))
  const allOvertaken = askedHunks.length > 0 && askedHunks.every((hunk) => overtaken.has(hunk))
  const isTheirs = (finding: Finding | UnplacedFinding) =>
    finding.kind === 'anchored' ? overtaken.has(finding.hunkId) : allOvertaken
  const reason = 'a run at the same time reviewed this hunk'
  return {
    mine: found.filter((finding) => !isTheirs(finding)),
    theirs: found.filter(isTheirs).map((finding) => ({ standing: null, finding, reason })),
  }
}
