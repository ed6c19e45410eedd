import type { FileDiff } from '../diff/patch.ts'
import { countsForGate } from '../finding/fate.ts'
import { similarity } from '../finding/similarity.ts'
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
import type { Change } from './change.ts'

/** One request is enough for what people mend between two pushes; the others are asked about next time. */
const mostAsked = 20
/** Lines on each side of the likeliest place. */
const around = 15
const mostHunkLines = 60
/** Of one finding with its code. */
const mostTokens = 1_500

type Asked = { readonly standing: Standing; readonly earlier: EarlierFinding }

/**
 * Asks the model whether findings whose code is gone or changed are still there; ids of those that are not. Silence, a
 * failure and an unusable answer prove nothing.
 */
export async function checkFixed(
  standing: readonly Standing[],
  { diffs, headTexts: texts }: Pick<Change, 'diffs' | 'headTexts'>,
  frame: PromptFrame,
  model: BudgetedModel,
  [name]: readonly string[],
  logger: Logger,
): Promise<ReadonlySet<string>> {
  const changed: readonly Asked[] = standing
    .filter(({ fate }) => countsForGate(fate))
    .flatMap((one) => {
      const where = whereaboutsOf(one, diffs, texts)
      return where.kind === 'gone' ? [{ standing: one, earlier: shownTo(one, where, diffs, texts) }] : []
    })
    .filter(({ earlier }) => estimateTokens(JSON.stringify(earlier)) <= mostTokens)
    .slice(0, mostAsked)
  if (changed.length === 0 || name === undefined || model.isOver) return new Set()
  const messages = renderFixedRequest(
    frame,
    changed.map(({ earlier }) => earlier),
  )
  const answer = { name: verifyName, schema: verifySchema }
  const completion = await model.complete(name, { messages, answer, repairs: null })
  if (completion === 'over-budget' || completion.kind === 'failed') {
    logger.info(`whether ${counted(changed.length, 'earlier finding')} are mended could not be asked`)
    return new Set()
  }
  const fixed = readFixed(completion.content)
  logger.info(`of ${counted(changed.length, 'earlier finding')} with changed code ${fixed.size} are mended`)
  return new Set(changed.flatMap(({ standing: { id } }, at) => (fixed.has(`f${at + 1}`) ? [id] : [])))
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
  return { path, title, gist, code, now }
}

const signs = { context: ' ', added: '+', deleted: '-' } as const

/** The lines around the one that is most like any of the code that was there. */
function likeliestPlace(text: string, code: string): string {
  const lines = text.split('\n')
  const wanted = code.split('\n').filter((line) => line.trim() !== '')
  let [best, likest] = [0, -1]
  for (const [at, line] of lines.entries()) {
    const likeness = Math.max(0, ...wanted.map((one) => similarity(one, line)))
    if (likeness > likest) [best, likest] = [at, likeness]
  }
  const first = Math.max(0, best - around)
  return lines
    .slice(first, best + around + 1)
    .map((line, at) => `${first + at + 1} ${line}`)
    .join('\n')
}
