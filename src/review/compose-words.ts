import { hash } from 'node:crypto'
import { wholeFileId } from '../diff/patch.ts'
import type { Memory } from '../finding/recall.ts'
import { findingKey, type Standing } from '../finding/standing.ts'
import { readReviewMarker } from '../finding/marker.ts'
import type { SummaryState } from '../finding/summary-state.ts'
import type { SummaryEdit, Words } from '../ports/review-publisher.ts'
import { compactHunks } from '../publication/compact-hunks.ts'
import { placeOf } from '../publication/finding-text.ts'
import { editSummary, type FreshFinding, summaryView } from '../publication/summary-body.ts'
import type { PullRequestSnapshot } from '../pull-request.ts'
import { composeContent, type Told } from './compose-content.ts'
import { describeCoverage, hunksByFile, listNotReviewed } from './coverage.ts'
import type { Decided } from './decide-content.ts'
import type { Settlement } from './outcome.ts'
import type { ReviewCircumstances } from './review-pull-request.ts'

type Circumstances = Pick<ReviewCircumstances, 'serverUrl' | 'runId' | 'startedAt' | 'isLastAttempt'>

/** All that is to be written; null when there is nothing. `memory` is of what stands now. */
export function composeWords(
  decided: Decided,
  memory: Memory,
  snapshot: PullRequestSnapshot,
  told: Told,
  circumstances: Circumstances,
): Words | null {
  const mayWait = !circumstances.isLastAttempt && decided.mayImprove && decided.reviewedHunks.length === 0
  if (mayWait) return null
  const review = decided.newsworthy ? composeContent(decided, memory, snapshot, told, circumstances) : null
  const summary = composeEdit(decided, memory, snapshot, told, circumstances)
  return review === null && summary === null ? null : { review, summary }
}

/** Null before there is a summary, and where nothing has happened since it was written. */
function composeEdit(
  decided: Decided,
  memory: Memory,
  snapshot: PullRequestSnapshot,
  { profile }: Told,
  { serverUrl }: Circumstances,
): SummaryEdit | null {
  if (memory.summary === null) return null
  const { ref, headSha } = snapshot
  const { verdict, reason, standing, files } = decided
  const notReviewed = listNotReviewed(files)
  const target = { serverUrl, ref, headSha }
  const state: SummaryState = {
    version: 1,
    ...{ headSha, profile },
    quietHunks: quietHunks(decided, memory, profile),
    // a review that is to be posted says it itself: it may still fail
    complete: !decided.newsworthy && !decided.mayImprove,
    addressed: standing.flatMap(({ standing: { id, fate } }) =>
      fate.kind === 'addressed' ? [{ id, headSha: fate.headSha }] : [],
    ),
    dismissed: standing.flatMap(({ standing: { id, fate } }) =>
      fate.kind === 'dismissed' ? [{ id, why: fate.why, outOfGate: fate.outOfGate }] : [],
    ),
    kept: [...decided.kept],
    counted: [...new Set([...(memory.state?.counted ?? []), ...settledNames(decided)])],
    shown: shownIn(decided, headSha, notReviewed),
  }
  if (isAsWritten(state, memory)) return null
  const fresh = freshFindings(decided).map(
    (finding): FreshFinding => ({ ...finding.claim, place: placeOf(finding, target) }),
  )
  const coverage = describeCoverage(files)
  const view = summaryView({ target, verdict, reason, standing, fresh, notReviewed, coverage })
  const body = editSummary(memory.summary.body, state, view)
  return body === null ? null : { reviewId: memory.summary.id, url: memory.summary.url, body }
}

/** 6 KB of the summary's body. */
const mostQuietHunks = 300

/** Hunks of this head that no review's marker has: kept while they are in the diff. */
function quietHunks(decided: Decided, { state }: Memory, profile: string): string[] {
  const files = hunksByFile(decided.files)
  const present = new Set([...files.flat(), ...files.map(wholeFileId)])
  const before = state?.profile === profile ? state.quietHunks : []
  const kept = before.filter((id) => present.has(id))
  const all = [...new Set([...kept, ...(decided.newsworthy ? [] : decided.reviewedHunks)])]
  return (all.length > mostQuietHunks ? compactHunks(all, files) : all).slice(0, mostQuietHunks)
}

/** Findings that were counted once as what they have become. */
function settledNames({ standing }: Decided): string[] {
  return standing.flatMap((one) => {
    const settlement = settlementOf(one)
    return settlement === null ? [] : [settledName(one.standing.id, settlement)]
  })
}

export function settledName(id: string, settlement: Settlement): string {
  return `${id} ${settlement}`
}

export function settlementOf({ standing, where }: Decided['standing'][number]): Settlement | null {
  if (standing.fate.kind !== 'open') return standing.fate.kind
  return where.kind === 'gone' ? 'outdated' : null
}

function freshFindings({ selection }: Decided) {
  return [...selection.inline, ...selection.folded.map(({ finding }) => finding)]
}

function shownIn(decided: Decided, headSha: string, notReviewed: ReturnType<typeof listNotReviewed>): string {
  const keys = freshFindings(decided).map(({ fingerprint, claim: { title } }) =>
    findingKey({ fingerprint, title }),
  )
  const fates = decided.standing.map(({ standing: { id, fate } }) => [id, fate.kind])
  const all = [...fates, ...keys.map((key) => [key, 'open'])].map((one) => one.join(' ')).toSorted()
  const paths = notReviewed.map(({ path, fromLines }) => [path, fromLines])
  return hash('sha256', JSON.stringify([headSha, all, paths])).slice(0, 16)
}

/** The first review, as it was posted, shows the same as an edit of that head would. */
function isAsWritten(state: SummaryState, { summary, state: written, standing }: Memory): boolean {
  if (written !== null) return JSON.stringify(written) === JSON.stringify(state)
  const isOpen = ({ fate }: Standing) => fate.kind === 'open'
  const isFirstHead = readReviewMarker(summary?.body ?? '')?.headSha === state.headSha
  const isQuiet = state.quietHunks.length + state.addressed.length + state.counted.length === 0
  return isFirstHead && isQuiet && standing.every(isOpen)
}
