import { hash } from 'node:crypto'
import type { FileDiff } from '../diff/patch.ts'
import { countsForGate } from '../finding/fate.ts'
import type { Memory } from '../finding/recall.ts'
import { mostSimilarLine } from '../finding/similarity.ts'
import type { Standing } from '../finding/standing.ts'
import { type HeadTexts, type Whereabouts, whereaboutsOf } from '../finding/whereabouts.ts'
import { estimateTokens } from '../plan/tokens.ts'
import type { Logger } from '../ports/logger.ts'
import type { PromptFrame } from '../prompt/render.ts'
import {
  type EarlierFinding,
  readFixed,
  renderFixedRequest,
  verifyName,
  verifySchema,
} from '../prompt/verify.ts'
import { counted } from '../publication/counted.ts'
import type { BudgetedModel } from './budgeted-model.ts'
import { type Change, everyFile } from './change.ts'

/** One request is enough for what people mend between two pushes; what is kept is not asked about again, so the others follow. */
const mostAsked = 20
/** Lines on each side of the likeliest place. */
const around = 15
const mostHunkLines = 60
/** Characters of what is shown of one place. */
const mostShown = 2_500
/** The frame of the request takes little more than this. */
const frameTokens = 1_000

export type Checked = {
  /** Ids of findings that are not there any more. */
  readonly fixed: ReadonlySet<string>
  /** Findings that were asked about and are not said to be mended, with what was shown: see `SummaryState.kept`. */
  readonly kept: readonly string[]
}

export const nothingChecked: Checked = { fixed: new Set(), kept: [] }

/**
 * Asks the model whether findings whose code is gone or changed are still there. Silence, a failure and an unusable answer
 * prove nothing. The same question is asked once: an author could ask until the answer is the right one.
 */
export async function checkFixed(
  { standing, state }: Pick<Memory, 'standing' | 'state'>,
  change: Change,
  frame: PromptFrame,
  model: BudgetedModel,
  [name]: readonly string[],
  requestTokens: number,
  logger: Logger,
): Promise<Checked> {
  const files = everyFile(change)
  const gone = standing
    .filter(({ fate }) => countsForGate(fate))
    .flatMap((one) => {
      const where = whereaboutsOf(one, files, change.headTexts)
      if (where.kind !== 'gone') return []
      const earlier = shownTo(one, where, files, change.headTexts)
      return [{ id: one.id, earlier, question: `${one.id} ${digestOf(earlier)}` }]
    })
  const asked = state?.kept ?? []
  const known = gone.map(({ question }) => question).filter((question) => asked.includes(question))
  const open = asManyAsFit(
    gone.filter(({ question }) => !known.includes(question)),
    requestTokens - frameTokens,
  )
  const unasked: Checked = { fixed: new Set(), kept: known }
  if (open.length === 0 || name === undefined || model.isOver) return unasked
  const messages = renderFixedRequest(
    frame,
    open.map(({ earlier }) => earlier),
  )
  const answer = { name: verifyName, schema: verifySchema }
  const completion = await model.complete(name, { messages, answer, repairs: null })
  if (completion === 'over-budget' || completion.kind === 'failed') {
    logger.info(`whether ${counted(open.length, 'earlier finding')} are mended could not be asked`)
    return unasked
  }
  const said = readFixed(completion.content)
  const isFixed = (at: number) => said.has(`f${at + 1}`)
  logger.info(`of ${counted(open.length, 'earlier finding')} with changed code ${said.size} are mended`)
  return {
    fixed: new Set(open.flatMap(({ id }, at) => (isFixed(at) ? [id] : []))),
    kept: [...known, ...open.flatMap(({ question }, at) => (isFixed(at) ? [] : [question]))],
  }
}

function asManyAsFit<One extends { readonly earlier: EarlierFinding }>(
  all: readonly One[],
  tokens: number,
): One[] {
  let left = tokens
  return all.slice(0, mostAsked).filter(({ earlier }) => {
    const taken = estimateTokens(JSON.stringify(earlier))
    if (taken > left) return false
    left -= taken
    return true
  })
}

function digestOf(earlier: EarlierFinding): string {
  return hash('sha256', JSON.stringify(earlier)).slice(0, 12)
}

function shownTo(
  { title, gist, code }: Standing,
  { path }: Whereabouts,
  diffs: readonly FileDiff[],
  texts: HeadTexts,
): EarlierFinding {
  const text = texts.get(path)
  const hunks = diffs.find((diff) => diff.path === path)?.hunks ?? []
  const shown = hunks
    .flatMap(({ header, lines }) => [header, ...lines.map(({ kind, text }) => signs[kind] + text)])
    .slice(0, mostHunkLines)
  const now =
    typeof text === 'string' ? likeliestPlace(text, code) : shown.length > 0 ? shown.join('\n') : null
  return { path, title, gist, code, now: now?.slice(0, mostShown) ?? null }
}

const signs = { context: ' ', added: '+', deleted: '-' } as const

/** The lines around the one that is most like any of the code that was there. */
function likeliestPlace(text: string, code: string): string {
  const lines = text.split('\n')
  const best = mostSimilarLine(lines, code)
  const first = Math.max(0, best - around)
  return lines
    .slice(first, best + around + 1)
    .map((line, at) => `${first + at + 1} ${line}`)
    .join('\n')
}
