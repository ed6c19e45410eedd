import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ReviewMarker,
  readFindingMarker,
  readReviewMarker,
  writeFindingMarker,
  writeReviewMarker,
} from '../../src/finding/marker.ts'
import { categories, severities } from '../../src/severity.ts'

const lineNumber = fc.option(fc.integer({ min: 1, max: 1e6 }))

const marker: fc.Arbitrary<ReviewMarker> = fc.record({
  version: fc.constant<1>(1),
  runId: fc.string({ unit: 'binary' }),
  time: fc.constant('2026-11-22T10:00:00.000Z'),
  headSha: fc.string({ unit: 'grapheme' }),
  profile: fc.string(),
  reviewedHunks: fc.array(fc.stringMatching(/^[\w-]{11}$/)),
  complete: fc.boolean(),
  findings: fc.array(
    fc.record({
      fingerprint: fc.string(),
      path: fc.string({ unit: 'binary' }),
      side: fc.constantFrom('LEFT' as const, 'RIGHT' as const),
      startLine: lineNumber,
      line: lineNumber,
      severity: fc.constantFrom(...severities),
      category: fc.constantFrom(...categories),
      title: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('--> <!-- patchpilot:1 x -->')),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }).map((share) => share + 0),
      code: fc.string({ unit: 'binary' }),
      gist: fc.string({ unit: 'binary' }),
    }),
  ),
})

const example: ReviewMarker = {
  version: 1,
  runId: 'r',
  time: 't',
  headSha: 'h',
  profile: 'p',
  reviewedHunks: ['a'],
  complete: true,
  findings: [],
}

/** A marker as somebody else would forge it. */
const forge = (content: string | Buffer) =>
  `<!-- patchpilot:1 ${deflateRawSync(content).toString('base64')} -->`

describe('a review marker', () => {
  it('comes back whatever it holds and whatever follows it, on one line that nothing inside can end', () => {
    fc.assert(
      fc.property(marker, fc.string({ unit: 'binary' }), (written, rest) => {
        const text = writeReviewMarker(written)
        expect(text).toMatch(/^<!-- [^\n>]* -->$/)
        expect(readReviewMarker(`${text}\n${rest}`)).toEqual(written)
      }),
    )
  })

  it.each([
    ['no marker', '## PatchPilot'],
    ['one that is not at the very start', ` ${writeReviewMarker(example)}`],
    ['one in a quote', `> ${writeReviewMarker(example)}`],
    ['one cut short', writeReviewMarker(example).replace(/.{9} -->/, ' -->')],
    [
      'one that is not compressed',
      `<!-- patchpilot:1 ${Buffer.from(JSON.stringify(example)).toString('base64')} -->`,
    ],
    ['another version', forge(JSON.stringify({ ...example, version: 2 }))],
    ['no JSON', forge('{"version":1')],
    ['another form', forge(JSON.stringify({ ...example, reviewedHunks: 7 }))],
    ['a finding of another form', forge(JSON.stringify({ ...example, findings: [{ title: 'x' }] }))],
    ['a list', forge('[]')],
    ['nothing', forge('')],
    ['JSON nested without end', forge('['.repeat(100_000))],
    [
      'a bomb: a marker that would be larger than any of ours',
      forge(JSON.stringify({ ...example, run: 'x'.repeat(5_000_000) })),
    ],
  ])('is not read from %s', (_, body) => {
    expect(readReviewMarker(body)).toBeNull()
  })

  it('of a version that did not know whether somebody has to come back says that somebody has', () => {
    const { complete: _, ...older } = example
    expect(readReviewMarker(forge(JSON.stringify(older)))).toEqual({ ...example, complete: false })
  })

  it('is read as null or as a marker, never as an error, from anything', () => {
    fc.assert(
      fc.property(fc.base64String(), fc.uint8Array(), (encoded, bytes) => {
        readReviewMarker(`<!-- patchpilot:1 ${encoded} -->`)
        readReviewMarker(forge(Buffer.from(bytes)))
      }),
    )
  })
})

describe('a finding marker', () => {
  it('comes back from the start of a body', () => {
    expect(readFindingMarker(`${writeFindingMarker('0123456789abcdef')}\ntext`)).toBe('0123456789abcdef')
  })

  it.each([' <!-- patchpilot:finding ab -->', '<!-- patchpilot:finding XYZ -->', 'text', ''])(
    'is not read from %j',
    (body) => {
      expect(readFindingMarker(body)).toBeNull()
    },
  )
})
