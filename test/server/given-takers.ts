import { jsonLogger } from '../../src/server/json-logger.ts'
import { tokenCache } from '../../src/adapters/github/token-cache.ts'
import { CommandReplies } from '../../src/server/command-replies.ts'
import { Recovery } from '../../src/server/recovery.ts'
import type { Takers } from '../../src/server/take-delivery.ts'
import { type ReplyJob, ThreadReplies } from '../../src/server/thread-replies.ts'
import { withoutReview } from '../../src/review/outcome.ts'
import { FakeCommentWriter } from '../fakes/comment-writer.ts'
import { FakeReviewQueue } from '../fakes/review-queue.ts'
import { testApp } from '../fixtures/github-app.ts'
import { givenReporter } from './given-reporter.ts'

/** Nobody listens there. */
const nowhere = { url: 'http://127.0.0.1:9' }

class WatchedRecovery extends Recovery {
  /** How often it was asked to look at all of the record. */
  asked = 0

  override lookAtAllOf(): void {
    this.asked++
  }
}

/** Everything that a delivery can reach, and what has come of it there. */
export function givenTakers(github: { readonly url: string } = nowhere) {
  const queue = new FakeReviewQueue()
  const { reporter, checks, histories } = givenReporter()
  const tokens = tokenCache()
  const app = testApp(github, { tokens })
  const logger = jsonLogger(
    () => {},
    () => new Date(0),
    false,
  )
  const recovery = new WatchedRecovery({ app, queue, checks: reporter, logger, everyMs: 1_000 })
  const comments = new FakeCommentWriter()
  const replies = new CommandReplies(async () => comments, logger)
  const judged: ReplyJob[] = []
  const answer = async (job: ReplyJob) => {
    judged.push(job)
    return withoutReview('skipped', 'answered', '')
  }
  const threads = new ThreadReplies(answer, { record: () => {} }, logger)
  const takers: Takers = { app, queue, checks: reporter, replies, threads, recovery }
  return { takers, comments, judged, tokens, queue, reporter, recovery, checks, histories }
}
