import { acknowledge, answerComment, questionAnswers } from '../host/answer-asker.ts'
import type { CommentWriter } from '../ports/comment-writer.ts'
import { formatRef } from '../pull-request.ts'
import { type ReviewOutcome, withoutReview } from '../review/outcome.ts'
import type { Question } from '../trigger/comment-events.ts'
import { actionLogger } from './action-logger.ts'

/** Answers a command that asks for no review. What cannot be written on the pull request stands in log and job summary. */
export async function answerQuestion(
  { command, pullRequest, askedBy }: Question,
  connect: () => Promise<CommentWriter>,
  signal: AbortSignal,
): Promise<ReviewOutcome> {
  const text = questionAnswers[command]
  const [write] = await Promise.all([
    answerComment(pullRequest, askedBy, text, connect, signal),
    acknowledge(pullRequest, askedBy, connect, actionLogger, signal),
  ])
  const outcome = (reason: string) => withoutReview('skipped', reason, formatRef(pullRequest))
  switch (write.kind) {
    case 'written':
      return outcome(`the comment asks for no review; it was answered: ${write.url}`)
    case 'not-written':
      return outcome('the comment asks for no review; dry run, it was not answered')
    case 'not-permitted':
    case 'failed':
      actionLogger.warning(`the comment was not answered, ${write.reason}. The answer would be:\n${text}`)
      return {
        ...outcome('the comment asks for no review; it could not be answered'),
        ...{ deliveryReason: write.reason, summaries: [text] },
      }
  }
}
