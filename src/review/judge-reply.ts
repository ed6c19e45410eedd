import { modelsToAsk, type ReviewConfig } from '../config/schema.ts'
import { CancelledError } from '../errors.ts'
import type { StandingFinding } from '../finding/marker.ts'
import { commentBody, recallMemory } from '../finding/recall.ts'
import type { Standing } from '../finding/standing.ts'
import type { ThreadWrite, ThreadWriter } from '../ports/thread-writer.ts'
import { type Resolution, renderReplyRequest } from '../prompt/reply.ts'
import { replyBody } from '../publication/reply-body.ts'
import { formatRef, type OwnThread, type PullRequestState, type ThreadReply } from '../pull-request.ts'
import type { ReplyRequest } from '../trigger/review-comment.ts'
import { askReply } from './ask-reply.ts'
import { BudgetedModel, type TokenTally } from './budgeted-model.ts'
import { type FoundReply, findReply, speakerOf } from './find-reply.ts'
import { type ReviewOutcome, withoutReview } from './outcome.ts'
import { readQuotedCode } from './quoted-code.ts'
import type { ReviewCircumstances, ReviewPorts } from './review-pull-request.ts'
import { TokenBudget } from './token-budget.ts'

export type ReplyPorts = Pick<ReviewPorts, 'pullRequests' | 'sources' | 'languageModel' | 'threads'>

export type ReplyCircumstances = Pick<
  ReviewCircumstances,
  'cancelled' | 'modelTimeOver' | 'timeOver' | 'nonce'
>

/** The story of one reply in a thread of ours: judged once, answered once. */
export async function judgeReply(
  request: ReplyRequest,
  config: ReviewConfig,
  ports: ReplyPorts,
  { cancelled, modelTimeOver, timeOver, nonce }: ReplyCircumstances,
): Promise<ReviewOutcome> {
  const { pullRequest: ref, commentId } = request
  const skipped = (reason: string) => withoutReview('skipped', reason, formatRef(ref))
  const state = await ports.pullRequests.state(ref, timeOver)
  const found = findReply(state, request)
  if (found.kind === 'skip') return skipped(found.reason)
  if (isAddressed(found.thread, state)) return skipped('a review has seen that the finding is addressed')

  const snapshot = await ports.pullRequests.snapshot(ref, timeOver)
  const quoted = quotedBy(found.thread, snapshot)
  const code = await readQuotedCode(quoted, snapshot, ports.sources, timeOver)
  const tokens: TokenTally = { promptTokens: 0, completionTokens: 0 }
  const budget = new TokenBudget(config.maxTokens)
  const model = new BudgetedModel(ports.languageModel, budget, tokens, modelTimeOver)
  const question = { ...questionAbout(found, snapshot), ...code, codeThen: quoted.code, codeNow: code.shown }
  const judged = await askReply(
    renderReplyRequest({ ...question, ...config, nonce }),
    modelsToAsk(config),
    model,
  )
  const { baseSha, headSha } = snapshot
  const usage = { requests: ports.languageModel.requestCount, ...tokens }
  const told = { baseSha, headSha, models: modelsToAsk(config), usage }
  const failed = (reason: string) => ({ ...withoutReview('failed', reason, formatRef(ref), true), ...told })
  if (judged.kind === 'failed') return failed(`a reply could not be judged: ${judged.reason}`)
  if (cancelled.aborted) throw new CancelledError('stopped before anything was posted')

  const latest = findReply(await ports.pullRequests.state(ref, timeOver), request)
  if (latest.kind === 'skip') return { ...skipped(latest.reason), ...told }
  const { resolution, said } = believe(judged.answer, code.isGone)
  const body = replyBody({ commentId, resolution, said, path: code.path, headSha })
  const written = await write(ports.threads, request, latest.thread, resolution, body, timeOver)
  switch (written.kind) {
    case 'failed':
      return failed(`a reply in a thread could not be answered: ${written.reason}`)
    case 'not-written':
      return { ...skipped(`dry run: a reply in a thread would be answered (${resolution})`), ...told }
    default:
      return { ...skipped(`answered a reply in a thread (${resolution})`), ...told, ending: 'succeeded' }
  }
}

/** Closing comes first: nothing is said to be fixed in a thread that nobody could close. */
async function write(
  threads: ThreadWriter,
  { pullRequest }: ReplyRequest,
  thread: OwnThread,
  resolution: Resolution,
  body: string,
  signal: AbortSignal,
): Promise<ThreadWrite> {
  if (resolution === 'fixed') {
    const closed = await threads.close(pullRequest, thread, body, signal)
    if (closed.kind === 'answered' || closed.kind === 'failed') return closed
  }
  return threads.reply(pullRequest, thread, body, signal)
}

/** That something is fixed is believed only where its code has changed; what the model says of it would be wrong as well. */
function believe(
  { resolution, reply }: { readonly resolution: Resolution; readonly reply: string },
  isCodeGone: boolean,
): { readonly resolution: Resolution; readonly said: string } {
  return resolution === 'fixed' && !isCodeGone
    ? { resolution: 'keep', said: '' }
    : { resolution, said: reply }
}

/** What our reviews remember of the finding; of one that they forgot, only where it is. */
function quotedBy(thread: OwnThread, state: PullRequestState): StandingFinding {
  return standingOf(thread, state) ?? { ...forgotten, path: thread.path }
}

/** A review says so, and not only a thread that is closed. */
function isAddressed(thread: OwnThread, state: PullRequestState): boolean {
  const fate = standingOf(thread, state)?.fate
  return fate?.kind === 'addressed' && fate.headSha !== ''
}

function standingOf(thread: OwnThread, state: PullRequestState): Standing | undefined {
  return recallMemory(state, '').standing.find((one) => one.thread?.commentId === thread.commentId)
}

const forgotten: Omit<StandingFinding, 'path'> = {
  ...{ fingerprint: '', side: 'RIGHT', startLine: null, line: null, code: '' },
  ...{ severity: 'low', category: 'bug', title: '', confidence: 0, gist: '' },
}

function questionAbout(
  { thread, reply }: Extract<FoundReply, { kind: 'found' }>,
  { author: pullAuthor }: Pick<PullRequestState, 'author'>,
) {
  const said = ({ author, body }: ThreadReply) => ({
    speaker: speakerOf(author, pullAuthor),
    text: body,
  })
  const earlier = thread.replies.slice(0, thread.replies.indexOf(reply))
  return { finding: commentBody(thread), earlier: earlier.map(said), reply: said(reply) }
}
