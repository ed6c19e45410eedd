import { expect, test } from 'vitest'
import { classify } from '../../src/adapters/openai/failure.ts'
import { explainReadFailure } from '../../src/adapters/github/failure.ts'
import { TemporaryError } from '../../src/errors.ts'
import { publicReason } from '../../src/server/page/public-reason.ts'

const quoted = 'in src/secret.ts: const key = "sk-4711" (x); "y" `z`'

const codes = ['insufficient_quota', 'context_length_exceeded', 'content_filter', 'model_not_found']
const modelFailures = [
  ...[null, 400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 503, 418].map(
    (status) => [status, ''] as const,
  ),
  ...codes.map((code) => [400, code] as const),
].map(([status, code]) => {
  const failure = classify({ status, code, message: quoted, retryAfterMs: null }, 'tiny-model')
  return [`${status} ${code}`, failure.reason]
})

test.each<readonly string[]>([
  ...modelFailures,
  ['no GitHub', explainReadFailure(new Error(quoted), 'the pull request o/r#1').message],
  ['a bug', `an unexpected error, which is a bug in PatchPilot: ${quoted}`],
  ['no answer', `tiny-model gave no usable answer twice: ${quoted}`],
  ['no posting', `the review could not be posted: ${quoted}`],
  ['no reading', `2 changed files could not be read: src/secret.ts, ${quoted}`],
])('of a failure (%s) it says what it was, and nothing that a server said', (_, reason = '') => {
  const shown = publicReason(`3 of 7 hunks were not reviewed: ${reason}`)
  expect(shown).toMatch(/^3 of 7 hunks were not reviewed; \S/)
  expect(publicReason(reason)).not.toBe('')
  for (const word of ['secret', 'sk-4711', 'src', 'const', 'x)', 'z', 'tiny-model'])
    expect(shown).not.toContain(word)
})

test('of what it does not know it says nothing', () => {
  expect(publicReason(new TemporaryError(quoted).message)).toBe('')
})
