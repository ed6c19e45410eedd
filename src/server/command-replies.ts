import { acknowledge, answerAsker, answerComment, questionAnswers } from '../host/answer-asker.ts'
import type { CommentWrite, CommentWriter } from '../ports/comment-writer.ts'
import type { ReviewJob } from '../ports/review-queue.ts'
import { formatRef, type PullRequestRef } from '../pull-request.ts'
import type { Question } from '../trigger/comment-events.ts'
import type { AskedBy } from '../trigger/trigger.ts'
import type { JsonLogger } from './json-logger.ts'

/** Writes comments on this pull request as the installation. */
export type CommentsOf = (
  ref: PullRequestRef,
  installationId: number,
  signal: AbortSignal,
) => Promise<CommentWriter>

/** What GitHub gets for one of these. */
const replyMs = 15_000

/** Speaks to those who give commands in comments. Nothing here breaks a review: what goes wrong is in the log. */
export class CommandReplies {
  readonly #commentsOf: CommentsOf
  readonly #logger: JsonLogger
  /** Answers under way, by the comment: the same delivery may come again meanwhile. */
  readonly #answering = new Map<number, Promise<CommentWrite>>()

  constructor(commentsOf: CommentsOf, logger: JsonLogger) {
    this.#commentsOf = commentsOf
    this.#logger = logger
  }

  /** The receipt of a command that was taken. Returns at once. */
  received(pullRequest: PullRequestRef, asked: AskedBy, installationId: number): void {
    const signal = AbortSignal.timeout(replyMs)
    const connect = () => this.#commentsOf(pullRequest, installationId, signal)
    acknowledge(pullRequest, asked, connect, this.#loggerOf(pullRequest, installationId), signal)
  }

  async answer(question: Question, installationId: number, signal: AbortSignal): Promise<CommentWrite> {
    const { askedBy, pullRequest, command } = question
    const connect = () => this.#commentsOf(pullRequest, installationId, signal)
    const before = this.#answering.get(askedBy.commentId)
    const answer = before ?? answerComment(pullRequest, askedBy, questionAnswers[command], connect, signal)
    this.#answering.set(askedBy.commentId, answer)
    return answer.finally(() => this.#answering.delete(askedBy.commentId))
  }

  /** What is said to whoever asked for this job; null where its review says it. */
  async ended({ request, installationId }: ReviewJob, text: string | null): Promise<void> {
    const { pullRequest } = request
    const signal = AbortSignal.timeout(replyMs)
    const connect = () => this.#commentsOf(pullRequest, installationId, signal)
    await answerAsker(request, text, connect, this.#loggerOf(pullRequest, installationId), signal)
  }

  #loggerOf(pullRequest: PullRequestRef, installation: number): JsonLogger {
    return this.#logger.with({ installation, pullRequest: formatRef(pullRequest) })
  }
}
