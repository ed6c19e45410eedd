import { describe, expect, it } from 'vitest'
import { readReplyMarker, writeReplyMarker } from '../../src/finding/reply-marker.ts'

describe('the marker of an answer', () => {
  it('is read as it was written', () => {
    const marker = { commentId: 3_200_000_021, resolution: 'withdraw' } as const
    expect(readReplyMarker(`${writeReplyMarker(marker)}\nThank you.`)).toEqual(marker)
  })

  it.each([
    ['quoted', '> <!-- patchpilot:reply 5 withdraw -->'],
    ['after other text', 'Hm. <!-- patchpilot:reply 5 withdraw -->'],
    ['on another line', '\n<!-- patchpilot:reply 5 withdraw -->'],
    ['of another word', '<!-- patchpilot:reply 5 dismissed -->'],
    ['without a comment', '<!-- patchpilot:reply withdraw -->'],
  ])('is none when it is %s', (_what, body) => {
    expect(readReplyMarker(body)).toBeNull()
  })
})
