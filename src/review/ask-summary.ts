import type { Chunk } from '../plan/plan-review.ts'
import type { PromptFrame } from '../prompt/render.ts'
import {
  type PartSummary,
  readSummary,
  renderSummaryRequest,
  summaryName,
  summarySchema,
} from '../prompt/summary.ts'
import type { AskedChunk } from './ask-model.ts'
import type { BudgetedModel } from './budgeted-model.ts'

/** One sentence or two for people; null where no model gives it, which costs nothing but the sentence. */
export async function askSummary(
  chunks: readonly Chunk[],
  asked: readonly (readonly AskedChunk[])[],
  frame: PromptFrame,
  model: BudgetedModel,
  models: readonly string[],
): Promise<string | null> {
  const [name] = models
  if (name === undefined || model.isOver) return null
  const completion = await model.complete(name, {
    messages: renderSummaryRequest(
      frame,
      chunks.map((chunk, index) => partOf(chunk, asked[index] ?? [])),
    ),
    answer: { name: summaryName, schema: summarySchema },
    repairs: null,
  })
  if (completion === 'over-budget' || completion.kind === 'failed') return null
  return readSummary(completion.content)
}

function partOf(chunk: Chunk, asked: readonly AskedChunk[]): PartSummary {
  const summaries = asked.flatMap((one) => (one.kind === 'answered' ? [one.answer.summary] : []))
  return { chunk, summary: summaries.length === 0 ? null : summaries.join(' ') }
}
