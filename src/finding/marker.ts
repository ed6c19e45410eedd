import * as v from 'valibot'
import { categories, severities } from '../severity.ts'
import { pack, unpack } from './packed.ts'

/**
 * Our memory in the pull request: hidden at the very start of the bodies that we write. Believed only there, and only in
 * bodies of our own identity; anything that does not parse is no marker. A review's marker never changes: it is what that
 * review alone adds, so that no edit can lose another's.
 */
export type ReviewMarker = v.InferOutput<typeof ReviewMarker>
export type StandingFinding = v.InferOutput<typeof StandingFinding>

const StandingFinding = v.object({
  /** Identity of the place: path, code and category. */
  fingerprint: v.string(),
  path: v.string(),
  side: v.picklist(['LEFT', 'RIGHT']),
  /** At the head that it was said of; null when it could not be placed. */
  startLine: v.nullable(v.number()),
  line: v.nullable(v.number()),
  severity: v.picklist(severities),
  category: v.picklist(categories),
  title: v.string(),
  confidence: v.number(),
  /** The lines that it is about, cut where they are many; '' where it quoted none. */
  code: v.optional(v.string(), ''),
  /** How its body begins. */
  gist: v.optional(v.string(), ''),
})

const ReviewMarker = v.object({
  version: v.literal(1),
  /** Unique to one run: tells our own pending review from that of a run beside us. */
  runId: v.string(),
  /** When the review was begun, ISO 8601. */
  time: v.string(),
  headSha: v.string(),
  /** With what it was reviewed: see `profileOf`. */
  profile: v.optional(v.string(), ''),
  /** Ids of the hunks that were reviewed, by this review alone; one text, which packs better than many. */
  reviewedHunks: v.union([v.array(v.string()), v.pipe(v.string(), v.transform(splitIds))]),
  /** With it nobody has to come back to this head. */
  complete: v.optional(v.boolean(), false),
  findings: v.array(StandingFinding),
})

export function splitIds(ids: string): string[] {
  return ids === '' ? [] : ids.split(' ')
}

const reviewMarker = /^<!-- patchpilot:1 ([A-Za-z0-9+/=]+) -->/
const findingMarker = /^<!-- patchpilot:finding ([0-9a-f]+(?:-[0-9a-f]+)?(?: [0-9a-f]+)?) -->/

export function writeReviewMarker(marker: v.InferInput<typeof ReviewMarker>): string {
  const { reviewedHunks, ...others } = marker
  const ids = typeof reviewedHunks === 'string' ? reviewedHunks : reviewedHunks.join(' ')
  return `<!-- patchpilot:1 ${pack({ ...others, reviewedHunks: ids })} -->`
}

export function readReviewMarker(body: string): ReviewMarker | null {
  const encoded = reviewMarker.exec(body)?.[1]
  return encoded === undefined ? null : unpack(encoded, ReviewMarker)
}

/** `name`: see `commentName`. */
export function writeFindingMarker(name: string): string {
  return `<!-- patchpilot:finding ${name} -->`
}

/** The name of the finding that a comment of ours tells. */
export function readFindingMarker(body: string): string | null {
  return findingMarker.exec(body)?.[1] ?? null
}
