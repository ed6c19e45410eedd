import type { Message } from '../prompt/render.ts'
import {
  type ReplyAnswer,
  readReplyAnswer,
  repairReplyRequest,
  replyName,
  replySchema,
} from '../prompt/reply.ts'
import type { BudgetedModel, Question } from './budgeted-model.ts'

type Unanswered = {
  readonly kind: 'failed'
  readonly reason: string
  /** No other model would answer either. */
  readonly isFinal: boolean
}
export type JudgedReply = { readonly kind: 'judged'; readonly answer: ReplyAnswer } | Unanswered

/** Asks the models in turn, until one gives an answer that can be used. */
export async function askReply(
  messages: readonly Message[],
  models: readonly string[],
  budgeted: BudgetedModel,
): Promise<JudgedReply> {
  let judged: JudgedReply = { kind: 'failed', reason: 'no model was left to ask', isFinal: true }
  for (const model of models) {
    judged = await askOne(messages, model, budgeted)
    if (judged.kind === 'judged' || judged.isFinal) return judged
  }
  return judged
}

/** One question, and one more when the answer cannot be used. */
async function askOne(
  messages: readonly Message[],
  model: string,
  budgeted: BudgetedModel,
): Promise<JudgedReply> {
  const answer = { name: replyName, schema: replySchema }
  const first = await ask({ messages, answer, repairs: null }, model, budgeted)
  if (first.kind !== 'unusable') return first
  const again: Message = { role: 'user', content: repairReplyRequest }
  const second = await ask(
    { messages: [...messages, again], answer, repairs: first.request },
    model,
    budgeted,
  )
  if (second.kind !== 'unusable') return second
  return { kind: 'failed', reason: `${model} gave no usable answer twice`, isFinal: false }
}

async function ask(
  question: Question,
  model: string,
  budgeted: BudgetedModel,
): Promise<JudgedReply | { readonly kind: 'unusable'; readonly request: number }> {
  const completion = await budgeted.complete(model, question)
  if (completion === 'over-budget')
    return { kind: 'failed', reason: 'the budget set by `max-tokens` was spent', isFinal: true }
  if (completion.kind === 'failed') {
    const isFinal = ['server', 'late', 'stopped'].includes(completion.scope)
    return { kind: 'failed', reason: completion.reason, isFinal }
  }
  const read = readReplyAnswer(completion.content)
  return read === null ? { kind: 'unusable', request: completion.request } : { kind: 'judged', answer: read }
}
