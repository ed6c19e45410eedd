import { describe, expect, it } from 'vitest'
import { estimateTokens } from '../../src/plan/tokens.ts'
import { type ReplyQuestion, readReplyAnswer, renderReplyRequest } from '../../src/prompt/reply.ts'

const question: ReplyQuestion = {
  ...{ language: 'en', nonce: 'n0nce', requestTokens: 32_000, path: 'src/a.ts' },
  finding: 'Prices lose their cents.',
  codeThen: 'return String(euros)',
  codeNow: [
    { number: 2, text: 'const euros = cents / 100' },
    { number: 3, text: 'return String(euros)' },
  ],
  changed: 'The quoted lines are still there, from line 3.',
  patch: '',
  earlier: [
    { speaker: 'a maintainer', text: 'Is this so?' },
    { speaker: 'a bot', text: 'Coverage is 80 %.' },
  ],
  reply: { speaker: 'the author of the pull request', text: 'Callers pass whole euros.' },
}
const shown = (about: Partial<ReplyQuestion> = {}) => {
  const [system, user] = renderReplyRequest({ ...question, ...about })
  return { system: system?.content ?? '', user: user?.content ?? '' }
}

describe('what the model is shown of a reply', () => {
  it('is the finding, the code then and now, and the thread in order with who speaks', () => {
    expect(shown().user.split('\n')).toEqual([
      'File: src/a.ts',
      ...['BEGIN your finding n0nce', 'Prices lose their cents.', 'END your finding n0nce'],
      'BEGIN the quoted lines when you wrote it n0nce',
      'return String(euros)',
      'END the quoted lines when you wrote it n0nce',
      'The quoted lines are still there, from line 3.',
      'BEGIN the code now n0nce',
      '2 const euros = cents / 100',
      '3 return String(euros)',
      'END the code now n0nce',
      ...['BEGIN earlier, by a maintainer, n0nce', 'Is this so?', 'END earlier, by a maintainer, n0nce'],
      ...['BEGIN earlier, by a bot, n0nce', 'Coverage is 80 %.', 'END earlier, by a bot, n0nce'],
      'BEGIN the reply, by the author of the pull request, n0nce',
      'Callers pass whole euros.',
      'END the reply, by the author of the pull request, n0nce',
      'Judge the reply. Answer with the JSON object only.',
    ])
  })

  it('says nothing of what is not known', () => {
    const { user } = shown({ codeThen: '', codeNow: [], earlier: [] })
    expect(user).not.toMatch(/when you wrote it|the code now|earlier/)
    expect(shown({ patch: '@@ -1 +1 @@\n-a\n+b' }).user).toContain('+b')
  })

  it('fits into a small request, the reply and the latest words before it first', () => {
    const long = Array.from({ length: 40 }, (_, index) => ({
      speaker: 'somebody else' as const,
      text: `${index} ${'words '.repeat(50)}`,
    }))
    const { system, user } = shown({
      ...{ requestTokens: 2_000, finding: 'x '.repeat(9_000), codeThen: 'y '.repeat(9_000), earlier: long },
      codeNow: Array.from({ length: 60 }, (_, index) => ({ number: index, text: 'z '.repeat(150) })),
      patch: 'p '.repeat(9_000),
    })
    expect(estimateTokens(system + user)).toBeLessThan(2_000)
    expect(user).toContain('Callers pass whole euros.')
    expect(user).toContain('\n39 words')
    expect(user).not.toContain('\n1 words')
  })

  it('asks for the language of the review', () => {
    expect(shown({ language: 'de' }).system).toContain('in the language "de"')
  })
})

describe('the answer', () => {
  const judged = (resolution: string, reply = 'Line 3 loses cents.') => JSON.stringify({ reply, resolution })

  it.each(['keep', 'withdraw', 'fixed'] as const)('is read: %s', (resolution) => {
    expect(readReplyAnswer(judged(resolution))).toEqual({ reply: 'Line 3 loses cents.', resolution })
  })

  it.each([
    ['fenced', `\`\`\`json\n${judged('withdraw')}\n\`\`\``],
    ['after thinking', `<think>{"resolution": "keep"}</think>${judged('withdraw')}`],
    ['wrapped', JSON.stringify({ answer: JSON.parse(judged('withdraw')) })],
    ['in other words', judged(' Withdrawn ')],
  ])('is read when it is %s', (_how, content) => {
    expect(readReplyAnswer(content)?.resolution).toBe('withdraw')
  })

  it.each([
    ['prose', 'I think you are right.'],
    ['another word', judged('maybe')],
    ['no word', JSON.stringify({ reply: 'Hm.' })],
    ['kept without evidence', judged('keep', ' ')],
    ['cut', judged('withdraw').slice(0, -5)],
  ])('is none when it is %s', (_what, content) => {
    expect(readReplyAnswer(content)).toBeNull()
  })

  it('may withdraw without a word', () => {
    expect(readReplyAnswer(JSON.stringify({ resolution: 'withdraw', reply: null }))).toEqual({
      reply: '',
      resolution: 'withdraw',
    })
  })
})
