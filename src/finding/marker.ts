import { deflateRawSync, inflateRawSync } from 'node:zlib'
import * as v from 'valibot'
import { categories, severities } from '../severity.ts'

/**
 * Our memory in the pull request: hidden at the very start of the bodies that we write. Believed only there, and only in
 * bodies of our own identity; anything that does not parse is no marker.
 */
export type ReviewMarker = v.InferOutput<typeof ReviewMarker>
export type StandingFinding = v.InferOutput<typeof StandingFinding>

const StandingFinding = v.object({
  fingerprint: v.string(),
  path: v.string(),
  side: v.picklist(['LEFT', 'RIGHT']),
  /** Null when it could not be placed. */
  startLine: v.nullable(v.number()),
  line: v.nullable(v.number()),
  severity: v.picklist(severities),
  category: v.picklist(categories),
  title: v.string(),
  confidence: v.number(),
})

const ReviewMarker = v.object({
  version: v.literal(1),
  /** Unique to one run: tells our own pending review from that of a run beside us. */
  runId: v.string(),
  /** When the review was begun, ISO 8601. */
  time: v.string(),
  headSha: v.string(),
  /** Ids of the hunks that were reviewed, by this review alone. */
  reviewedHunks: v.array(v.string()),
  /** With it nobody has to come back to this head. */
  complete: v.optional(v.boolean(), false),
  findings: v.array(StandingFinding),
})

const reviewMarker = /^<!-- patchpilot:1 ([A-Za-z0-9+/=]+) -->/
const findingMarker = /^<!-- patchpilot:finding ([0-9a-f]+) -->/

/** Far above any marker that fits into a body, so that only a hostile one reaches it. */
const largestMarkerBytes = 4_000_000

export function writeReviewMarker(marker: ReviewMarker): string {
  // base64 has no "-", so that nothing in it can end the HTML comment
  return `<!-- patchpilot:1 ${deflateRawSync(JSON.stringify(marker)).toString('base64')} -->`
}

export function readReviewMarker(body: string): ReviewMarker | null {
  const encoded = reviewMarker.exec(body)?.[1]
  if (encoded === undefined) return null
  try {
    const bytes = inflateRawSync(Buffer.from(encoded, 'base64'), { maxOutputLength: largestMarkerBytes })
    const parsed = v.safeParse(ReviewMarker, JSON.parse(bytes.toString('utf8')))
    return parsed.success ? parsed.output : null
  } catch {
    return null // edited by somebody, or of another version: no marker
  }
}

export function writeFindingMarker(fingerprint: string): string {
  return `<!-- patchpilot:finding ${fingerprint} -->`
}

export function readFindingMarker(body: string): string | null {
  return findingMarker.exec(body)?.[1] ?? null
}
