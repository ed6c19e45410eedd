import { messageOf } from '../errors.ts'
import type { CommentWrite, CommentWriter } from '../ports/comment-writer.ts'
import type { Logger } from '../ports/logger.ts'
import {
  commandsAnswer,
  incompleteAnswer,
  notPostedAnswer,
  notReviewedAnswer,
  nothingNewAnswer,
  nothingToSayAnswer,
  supersededAnswer,
  unknownCommandAnswer,
} from '../publication/command-answers.ts'
import type { PullRequestRef } from '../pull-request.ts'
import type { ReviewOutcome } from '../review/outcome.ts'
import type { Question } from '../trigger/comment-events.ts'
import type { AskedBy, ReviewRequest } from '../trigger/trigger.ts'

/** What a comment with a question is answered. */
export const questionAnswers: Readonly<Record<Question['command'], string>> = {
  help: commandsAnswer,
  unknown: unknownCommandAnswer,
}

/** What is said to whoever asked for this review in a comment; null where the review itself says it. */
export function answerTo({ full }: ReviewRequest, outcome: ReviewOutcome): string | null {
  const { verdict, ending, reason, review, reviewedUrl, delivery, deliveryReason } = outcome
  if (review !== null || delivery === 'dry-run') return null
  if (ending === 'superseded') return supersededAnswer(full)
  if (verdict === 'skipped') return notReviewedAnswer(reason)
  if (verdict === 'inconclusive') return incompleteAnswer(reason)
  if (delivery === 'not-permitted' || delivery === 'failed') return notPostedAnswer(deliveryReason)
  if (delivery === 'updated' && reviewedUrl !== null && !full && hasReviewed(outcome))
    return nothingToSayAnswer(reviewedUrl)
  return nothingNewAnswer(reviewedUrl, full)
}

function hasReviewed({ files }: ReviewOutcome): boolean {
  return files.some(({ hunks }) => hunks.some(({ coverage }) => coverage === 'reviewed'))
}

/** Answers whoever asked for the review, where there is anything to say. Never fails: who asked can look at the log. */
export async function answerAsker(
  { askedBy, pullRequest }: ReviewRequest,
  text: string | null,
  connect: () => Promise<CommentWriter>,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  if (askedBy === null || text === null) return
  const write = await answerComment(pullRequest, askedBy, text, connect, signal)
  if (write.kind === 'written') logger.info(`answered: ${write.url}`)
  else if (write.kind !== 'not-written')
    logger.warning(`the comment was not answered, ${write.reason}. The answer would be:\n${text}`)
}

/** Shows at the comment that it was taken. Never fails. */
export async function acknowledge(
  ref: PullRequestRef,
  asked: AskedBy,
  connect: () => Promise<CommentWriter>,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  try {
    await (await connect()).acknowledge(ref, asked, signal)
  } catch (error) {
    logger.info(`the comment got no receipt: ${messageOf(error)}`)
  }
}

/** Never throws. */
export async function answerComment(
  ref: PullRequestRef,
  asked: AskedBy,
  text: string,
  connect: () => Promise<CommentWriter>,
  signal: AbortSignal,
): Promise<CommentWrite> {
  try {
    return await (await connect()).answer(ref, asked, text, signal)
  } catch (error) {
    return { kind: 'failed', reason: messageOf(error) }
  }
}
