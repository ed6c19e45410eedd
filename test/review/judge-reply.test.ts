import { describe, expect, it } from 'vitest'
import type { Texts } from '../../src/config/load.ts'
import { CancelledError } from '../../src/errors.ts'
import { type StandingFinding, writeFindingMarker, writeReviewMarker } from '../../src/finding/marker.ts'
import { readReplyMarker } from '../../src/finding/reply-marker.ts'
import { commentName } from '../../src/finding/standing.ts'
import type { CommentAuthor, OwnThread, PullRequestSnapshot, ThreadReply } from '../../src/pull-request.ts'
import { judgeReply } from '../../src/review/judge-reply.ts'
import { FakeLanguageModel, promptOf, type Saying } from '../fakes/language-model.ts'
import { FakeSourceReader } from '../fakes/source-reader.ts'
import { FakeThreadWriter } from '../fakes/thread-writer.ts'
import { emptyPullRequest } from '../fixtures/empty-pull-request.ts'
import { reviewConfig } from '../fixtures/review-config.ts'

const never = new AbortController().signal
const person = (about: Partial<CommentAuthor> = {}): CommentAuthor => ({
  ...{ login: 'ann', association: 'CONTRIBUTOR', isBot: false, isOwn: false },
  ...about,
})
const ours = person({ login: 'github-actions[bot]', association: 'NONE', isBot: true, isOwn: true })
const rebuttal: ThreadReply = { id: 21, body: 'Callers pass whole euros.', author: person() }

const standing: StandingFinding = {
  ...{ fingerprint: 'f00d', path: 'src/price.ts', side: 'RIGHT', startLine: 3, line: 3 },
  ...{ severity: 'high', category: 'bug', title: 'Prices lose their cents', confidence: 0.9 },
  ...{ code: '  return String(euros)', gist: '' },
}
const thread: OwnThread = {
  ...{
    nodeId: 'T1',
    commentId: 7,
    commentNodeId: 'C1',
    path: 'src/price.ts',
    url: 'https://github.example/7',
  },
  body: `${writeFindingMarker(commentName(standing, 'run'))}\n**High**\n\nTwo digits are lost.`,
  ...{
    isResolved: false,
    resolvedBy: null,
    resolvedByOwn: false,
    resolverMayWrite: false,
    isMinimized: false,
    mayResolve: false,
  },
  ...{ replies: [rebuttal], thumbsDown: [] },
}
const review = writeReviewMarker({
  ...{ version: 1, runId: 'run', time: '2026-11-22T10:00:00Z', headSha: 'c'.repeat(40), profile: '' },
  ...{ reviewedHunks: [], complete: true, findings: [standing] },
})
const unchanged =
  'export function price(cents: number) {\n  const euros = cents / 100\n  return String(euros)\n}\n'

type Given = {
  readonly thread?: Partial<OwnThread>
  readonly pull?: Partial<PullRequestSnapshot>
  /** `src/price.ts` at the head. */
  readonly head?: string
  readonly says?: readonly Saying[]
  readonly inputs?: Texts
  readonly writer?: FakeThreadWriter
  readonly cancelled?: AbortSignal
  /** What the second look at the thread finds. */
  readonly meanwhile?: Partial<OwnThread>
}

const judgement = (resolution: string, reply = 'The type says so.'): Saying => ({
  content: { reply, resolution },
})

/** Judges the reply of the pull request's author in our thread, unless told otherwise. */
async function judge(given: Given = {}) {
  const { says = [judgement('withdraw')], writer = new FakeThreadWriter(), head = unchanged } = given
  const model = new FakeLanguageModel((_, number) => says[number - 1] ?? 'nothing')
  const snapshot: PullRequestSnapshot = {
    ...{ ...emptyPullRequest, author: 'ann' },
    ownReviews: [{ id: 1, url: 'https://github.example/1', body: review, pending: false }],
    ownThreads: [{ ...thread, ...given.thread }],
    ...given.pull,
  }
  const later = { ...snapshot, ownThreads: [{ ...thread, ...given.thread, ...given.meanwhile }] }
  const looks = [snapshot, later]
  let filesRead = 0
  const outcome = await judgeReply(
    {
      ...{ pullRequest: snapshot.ref, rootCommentId: 7, commentId: 21 },
      trigger: 'pull_request_review_comment',
    },
    reviewConfig(given.inputs),
    {
      pullRequests: {
        state: async () => looks.shift() ?? later,
        snapshot: async () => {
          filesRead++
          return snapshot
        },
        headSha: async () => null,
      },
      sources: new FakeSourceReader({ [snapshot.headSha]: { 'src/price.ts': head } }),
      ...{ languageModel: model, threads: writer },
    },
    { cancelled: given.cancelled ?? never, modelTimeOver: never, timeOver: never, nonce: 'n0nce' },
  )
  const answers = writer.replies.map(({ body }) => readReplyMarker(body)?.resolution)
  return { outcome, answers, requests: model.requests, writer, filesRead }
}

describe('a reply in a thread of ours', () => {
  it('whose rebuttal holds gets the finding withdrawn, with thanks', async () => {
    const { outcome, writer } = await judge()
    expect(writer.replies).toEqual([
      {
        thread: 7,
        body: '<!-- patchpilot:reply 21 withdraw -->\nThank you, this finding is withdrawn.\n\nThe type says so.',
      },
    ])
    expect(writer.closed).toEqual([])
    expect(outcome).toMatchObject({
      ...{ verdict: 'skipped', ending: 'succeeded', reason: 'answered a reply in a thread (withdraw)' },
      usage: { requests: 1, promptTokens: 100, completionTokens: 10 },
    })
  })

  it('whose rebuttal does not hold gets the evidence', async () => {
    const { writer } = await judge({ says: [judgement('keep', '`price(150)` gives "1.5".')] })
    expect(writer.replies[0]?.body).toMatch(
      /^<!-- patchpilot:reply 21 keep -->\n`price\(150\)` gives "1.5"\./,
    )
  })

  it('is judged by the finding, the code and all that was said', async () => {
    const before = { id: 19, body: 'Is it so?', author: person({ login: 'bob', association: 'MEMBER' }) }
    const stranger = { id: 20, body: 'Me too.', author: person({ login: 'eve' }) }
    const after = { id: 22, body: 'And another thing.', author: person() }
    const { requests } = await judge({ thread: { replies: [before, stranger, rebuttal, after] } })
    const prompt = requests.map(promptOf).join('\n')
    expect(requests.map(({ answer }) => answer.name)).toEqual(['patchpilot_reply'])
    expect(prompt).toContain('Two digits are lost.')
    expect(prompt).toContain('BEGIN the quoted lines when you wrote it n0nce\n  return String(euros)\n')
    expect(prompt).toContain('3   return String(euros)')
    expect(prompt).toContain('BEGIN earlier, by a maintainer, n0nce\nIs it so?')
    expect(prompt).toContain('BEGIN earlier, by somebody else, n0nce\nMe too.')
    expect(prompt).toContain('BEGIN the reply, by the author of the pull request, n0nce\nCallers pass')
    expect(prompt).not.toContain('And another thing.')
    expect(prompt).not.toContain('patchpilot:finding')
  })
})

describe('a finding that the model takes for fixed', () => {
  const says = [judgement('fixed', 'It formats two digits now.')]
  const mended = unchanged.replace('String(euros)', 'euros.toFixed(2)')

  it('is closed, then answered, where its code has changed', async () => {
    const { writer, answers, outcome } = await judge({ says, head: mended })
    expect(writer.closed).toEqual([7])
    expect(answers).toEqual(['fixed'])
    expect(outcome.reason).toBe('answered a reply in a thread (fixed)')
  })

  it('is answered once where nothing else can be done', async () => {
    const writer = new FakeThreadWriter()
    writer.closes = { kind: 'answered' }
    expect((await judge({ says, head: mended, writer })).answers).toEqual(['fixed'])
  })

  it('is not called so where the thread could not be closed', async () => {
    const writer = new FakeThreadWriter()
    writer.closes = { kind: 'failed', reason: 'GitHub is down' }
    const { answers, outcome } = await judge({ says, head: mended, writer })
    expect(answers).toEqual([])
    expect(outcome).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('GitHub is down'),
    })
  })

  it.each<[string, Partial<OwnThread>]>([
    ['resolved', { isResolved: true, resolvedByOwn: true }],
    ['folded away', { isMinimized: true }],
  ])('is answered after all where it was %s and the answer failed', async (_how, closed) => {
    const writer = new FakeThreadWriter()
    writer.forbidden = 'GitHub is down'
    expect((await judge({ says, head: mended, writer })).outcome.mayImprove).toBe(true)
    writer.forbidden = null
    expect((await judge({ says, head: mended, writer, thread: closed })).answers).toEqual(['fixed'])
    const answer = { id: 30, body: writer.replies[0]?.body ?? '', author: ours }
    const again = await judge({ says, head: mended, thread: { ...closed, replies: [rebuttal, answer] } })
    expect(again).toMatchObject({ answers: [], requests: [] })
  })

  it.each([
    ['its code stands unchanged', {}],
    ['nobody remembers its code', { pull: { ownReviews: [] }, head: mended }],
  ])('is kept, without a word of the model, where %s', async (_why, given) => {
    const { writer } = await judge({ says, ...given })
    expect(writer.closed).toEqual([])
    expect(writer.replies[0]?.body).toMatch(/^<!-- patchpilot:reply 21 keep -->\nThe quoted lines stand/)
    expect(writer.replies[0]?.body).not.toContain('two digits')
  })
})

describe('nothing is asked or said', () => {
  const by = (about: Partial<CommentAuthor>): Given => ({
    thread: { replies: [{ ...rebuttal, author: person(about) }] },
  })
  const answered = (author: CommentAuthor): Given => ({
    thread: { replies: [{ id: 20, body: '<!-- patchpilot:reply 19 keep -->\nHm.', author }, rebuttal] },
  })

  it.each<[string, Given, string]>([
    ['to a bot', by({ login: 'ann', isBot: true }), 'bots'],
    ['to ourselves', by({ login: 'ann', isOwn: true }), 'bots'],
    ['to a stranger', by({ login: 'eve', association: 'CONTRIBUTOR' }), 'owners, members'],
    ['in a thread of others', { pull: { ownThreads: [] } }, 'no reply to a finding'],
    ['where our comment is no finding', { thread: { body: 'By the way.' } }, 'no reply to a finding'],
    [
      'where our comment only quotes one',
      { thread: { body: `> ${writeFindingMarker('f00d-123456')}` } },
      'no reply to a finding',
    ],
    ['in a thread that somebody resolved', { thread: { isResolved: true, resolvedBy: 'ann' } }, 'closed'],
    ['on a closed pull request', { pull: { open: false } }, 'closed'],
    ['a second time', answered(ours), 'argues once'],
    ['to a reply that was deleted', { thread: { replies: [] } }, 'not shown'],
  ])('%s', async (_when, given, reason) => {
    const { outcome, requests, answers, filesRead } = await judge(given)
    expect(outcome).toMatchObject({
      ...{ verdict: 'skipped', ending: 'skipped' },
      reason: expect.stringContaining(reason),
    })
    expect({ requests, answers, filesRead }).toEqual({ requests: [], answers: [], filesRead: 0 })
  })

  it.each(['OWNER', 'MEMBER', 'COLLABORATOR'])(
    '%s is answered in anybody’s pull request',
    async (association) => {
      expect((await judge(by({ login: 'bob', association }))).answers).toEqual(['withdraw'])
    },
  )

  it('an answer that somebody else forged counts for nothing', async () => {
    expect((await judge(answered(person({ login: 'eve' })))).answers).toEqual(['withdraw'])
  })
})

describe('what comes between', () => {
  it('another answer of ours, or a resolution, is seen before writing', async () => {
    const other = { id: 30, body: '<!-- patchpilot:reply 21 keep -->\nHm.', author: ours }
    const { answers, outcome } = await judge({ meanwhile: { replies: [rebuttal, other] } })
    expect(answers).toEqual([])
    expect(outcome).toMatchObject({ verdict: 'skipped', usage: { requests: 1 } })
    expect((await judge({ meanwhile: { isResolved: true } })).answers).toEqual([])
  })

  it('a stop leaves nothing behind', async () => {
    await expect(judge({ cancelled: AbortSignal.abort() })).rejects.toThrow(CancelledError)
  })
})

describe('a model that does not judge', () => {
  const rubbish: Saying = { content: 'I agree with everybody.' }

  it('is asked once more, and told why', async () => {
    const { answers, requests } = await judge({ says: [rubbish, judgement('withdraw')] })
    expect(answers).toEqual(['withdraw'])
    expect(requests.map(({ repairs }) => repairs)).toEqual([null, 1])
    expect(requests[1]?.messages.at(-1)?.content).toContain('could not be used')
  })

  it.each<[string, readonly Saying[], string]>([
    ['says rubbish twice', [rubbish, rubbish], 'no usable answer'],
    ['fails', [{ fails: 'server', reason: 'the server is down' }], 'the server is down'],
  ])('that %s: nothing is posted, and the outcome says so', async (_how, says, reason) => {
    const { answers, outcome } = await judge({ says })
    expect(answers).toEqual([])
    expect(outcome).toMatchObject({
      ...{ verdict: 'inconclusive', ending: 'failed', mayImprove: true },
      reason: expect.stringContaining(reason),
    })
  })

  it('leaves it to the next one, unless the server is lost for all', async () => {
    const inputs = { model: 'one', 'fallback-models': 'two' }
    const { requests } = await judge({ inputs, says: [{ fails: 'model' }, judgement('withdraw')] })
    expect(requests.map(({ model }) => model)).toEqual(['one', 'two'])
    expect((await judge({ inputs, says: [{ fails: 'server' }] })).requests).toHaveLength(1)
  })

  it('is not asked beyond the budget', async () => {
    const { outcome, requests } = await judge({ inputs: { 'max-tokens': '600' } })
    expect(requests).toEqual([])
    expect(outcome.reason).toContain('max-tokens')
  })
})

it('a reply that GitHub refuses is a failure with its reason', async () => {
  const writer = new FakeThreadWriter()
  writer.forbidden = 'the conversation is locked'
  expect((await judge({ writer })).outcome).toMatchObject({
    ...{ verdict: 'inconclusive', mayImprove: true },
    reason: 'a reply in a thread could not be answered: the conversation is locked',
  })
})
