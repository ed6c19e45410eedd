import * as core from '@actions/core'
import type { ReviewConfig } from '../config/schema.ts'
import type { ReviewHost } from '../host/run-review.ts'
import { runReply } from '../host/run-reply.ts'
import { formatRef } from '../pull-request.ts'
import type { ReviewOutcome } from '../review/outcome.ts'
import type { ReplyRequest } from '../trigger/review-comment.ts'
import { actionLogger } from './action-logger.ts'
import { connect } from './connect.ts'
import { harmless } from './harmless.ts'
import { loadLanguageModel } from './load-language-model.ts'

/** Judges a reply in one of our threads, and answers it there. */
export async function answerReply(
  request: ReplyRequest,
  config: ReviewConfig,
  run: Pick<ReviewHost, 'startedAt' | 'cancelled' | 'observe'>,
): Promise<ReviewOutcome> {
  const { pullRequest } = request
  core.startGroup(harmless(`PatchPilot judges a reply on ${formatRef(pullRequest)}`))
  try {
    return await runReply(request, config, {
      ...{ ...run, logger: actionLogger },
      connectGitHub: (deadline, signal) => connect(pullRequest, config, () => deadline, run.observe, signal),
      createLanguageModel: loadLanguageModel(config, run.observe),
    })
  } finally {
    core.endGroup()
  }
}
