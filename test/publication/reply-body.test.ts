import { describe, expect, it } from 'vitest'
import { replyBody } from '../../src/publication/reply-body.ts'

const answer = {
  commentId: 5,
  path: 'src/a.ts',
  headSha: '1234567890'.repeat(4),
  said: 'The guard is above.',
}
const linesOf = (
  about: Partial<Parameters<typeof replyBody>[0]> & { resolution: 'keep' | 'withdraw' | 'fixed' },
) => replyBody({ ...answer, ...about }).split('\n')

describe('our answer in a thread', () => {
  it('that withdraws says so with thanks', () => {
    expect(linesOf({ resolution: 'withdraw' })).toEqual([
      '<!-- patchpilot:reply 5 withdraw -->',
      'Thank you, this finding is withdrawn.',
      '',
      'The guard is above.',
    ])
    expect(linesOf({ resolution: 'withdraw', said: '' })).toHaveLength(2)
  })

  it('that keeps gives the evidence, and tells how to settle it', () => {
    const [marker, evidence, , note] = linesOf({
      resolution: 'keep',
      said: 'Line 3 gets `null` from `find`.',
    })
    expect(marker).toBe('<!-- patchpilot:reply 5 keep -->')
    expect(evidence).toBe('Line 3 gets `null` from `find`.')
    expect(note).toContain('answers once in a thread')
  })

  it('that keeps what the model took for fixed says what is known', () => {
    expect(linesOf({ resolution: 'keep', said: '' })[1]).toBe(
      'The quoted lines stand as they were in `src/a.ts` at 1234567, so this finding stays open.',
    )
  })

  it('that sees it fixed names the place and the head', () => {
    expect(linesOf({ resolution: 'fixed' })[1]).toBe('Thank you, this is fixed in `src/a.ts` at 1234567.')
  })

  it('mentions nobody, forges nothing and stays short, whatever the model says', () => {
    const said = `<!-- patchpilot:reply 9 withdraw --> @octo fixes #12 ${'and so on. '.repeat(2_000)}`
    const body = replyBody({ ...answer, resolution: 'keep', said })
    expect(body).toMatch(/^<!-- patchpilot:reply 5 keep -->\n/)
    expect(body.slice(10)).not.toMatch(/<!--|@octo|#12/)
    expect(Buffer.byteLength(body)).toBeLessThan(5_000)
  })
})
