import * as v from 'valibot'
import { readReviewMarker, splitIds } from './marker.ts'
import { pack, unpack } from './packed.ts'

/**
 * What the standing summary knows besides the markers of all reviews: it stands behind the marker of our first review and
 * is written anew with each edit. What two edits at once lose of it is only found out again.
 */
export type SummaryState = Readonly<v.InferOutput<typeof SummaryState>>

const SummaryState = v.object({
  version: v.literal(1),
  /** The head that the summary tells of. */
  headSha: v.string(),
  profile: v.string(),
  /** Hunks that were reviewed without a finding, and that no review's marker has. */
  quietHunks: v.union([v.array(v.string()), v.pipe(v.string(), v.transform(splitIds))]),
  /** With it nobody has to come back to this head, of which no review says so. */
  complete: v.boolean(),
  /** Ids of findings whose code is proved to be mended, and the head that did it. */
  addressed: v.array(v.object({ id: v.string(), headSha: v.string() })),
  /** Ids of findings that people dismissed, and how. */
  dismissed: v.optional(v.array(v.object({ id: v.string(), why: v.string(), outOfGate: v.boolean() })), []),
  /** Findings with changed code that the model still sees: their id, and what it was shown. */
  kept: v.optional(v.array(v.string()), []),
  /** Findings by what was counted of them: nothing is counted twice. */
  counted: v.array(v.string()),
  /** Changes with what people see. */
  shown: v.string(),
})

const stateMarker = /^<!-- patchpilot:1 [A-Za-z0-9+/=]+ -->\n<!-- patchpilot:state ([A-Za-z0-9+/=]+) -->/
/** Lines of their own around what the first review said when it was posted. Strangers' text in a body is never a line of HTML. */
const beginning = '\n<!-- patchpilot:first -->\n'
const end = '\n<!-- patchpilot:last -->\n'

export function writeSummaryState(state: SummaryState): string {
  return `<!-- patchpilot:state ${pack({ ...state, quietHunks: state.quietHunks.join(' ') })} -->`
}

export function readSummaryState(body: string): SummaryState | null {
  const encoded = stateMarker.exec(withoutReturns(body))?.[1]
  return encoded === undefined ? null : unpack(encoded, SummaryState)
}

/** A body of ours in its parts: its marker's line, and all that the review said when it was posted. */
export function takeApart(written: string): { readonly marker: string; readonly said: string } | null {
  const body = withoutReturns(written)
  if (readReviewMarker(body) === null) return null
  const [marker = ''] = body.split('\n', 1)
  const [from, to] = [body.indexOf(beginning), body.lastIndexOf(end)]
  const isEdited = readSummaryState(body) !== null && from >= 0 && to > from
  const said = isEdited ? body.slice(from + beginning.length, to) : body.slice(marker.length)
  return { marker, said: said.trim() }
}

/** What `takeApart` finds again, behind a fold. */
export function fold(said: string): string {
  return `<details><summary>The first review</summary>${beginning}\n${said}\n${end}</details>`
}

/** Who edits by hand in a browser sends them. */
function withoutReturns(body: string): string {
  return body.replaceAll('\r\n', '\n')
}
