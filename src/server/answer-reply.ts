import { connectGitHub } from '../adapters/github/connect.ts'
import { createLanguageModel } from '../adapters/openai/create.ts'
import { runReply } from '../host/run-reply.ts'
import type { Observer } from '../ports/observer.ts'
import type { ReviewAs } from './attempt-review.ts'
import type { AnswerReply } from './thread-replies.ts'

/** For a rate limit; the next try is later. */
const longestWaitMs = 15_000

/** Judges replies as the App's installation. */
export function answerReplyAs(
  { createOctokit, identity, app, config }: Omit<ReviewAs, 'serverUrl'>,
  observe: Observer,
): AnswerReply {
  return ({ request, installationId }, logger, startedAt, cancelled) =>
    runReply(request, config, {
      ...{ logger, startedAt, cancelled },
      connectGitHub: async (deadline, timeOver) => {
        const slug = await app.slug(timeOver)
        const credentials = { kind: 'installation', installationId, slug, ...identity } as const
        const patience = () => Math.min(deadline, Date.now() + longestWaitMs)
        const { pullRequest } = request
        return connectGitHub(createOctokit, credentials, pullRequest, patience, logger, observe, timeOver)
      },
      createLanguageModel: (deadline) =>
        createLanguageModel({ baseUrl: config.baseUrl, apiKey: config.apiKey, deadline }, logger, observe),
    })
}
