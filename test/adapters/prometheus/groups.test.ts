import { describe, expect, it } from 'vitest'
import { findGroup, groupPath, parseGroups, readValue } from '../../../src/adapters/prometheus/groups.ts'

describe('the address of a group', () => {
  it.each([
    [{ job: 'patchpilot' }, '/metrics/job/patchpilot'],
    [
      { job: 'patchpilot', repository: 'octo/demo' },
      '/metrics/job/patchpilot/repository@base64/b2N0by9kZW1v',
    ],
    [{ job: 'patchpilot', repository: '' }, '/metrics/job/patchpilot/repository@base64/='],
    [{ job: 'patchpilot', repository: 'ö?#%' }, '/metrics/job/patchpilot/repository@base64/w7Y_IyU'],
    [{ job: 'a.b', place: 'x-1' }, '/metrics/job@base64/YS5i/place/x-1'],
  ])('of %j', (labels, path) => {
    expect(groupPath(labels)).toBe(path)
  })
})

describe("a gateway's groups", () => {
  const groups = parseGroups(
    JSON.stringify({
      status: 'success',
      data: [
        { labels: { job: 'a', place: 'x' }, m: { type: 'GAUGE', metrics: [{ labels: {}, value: '1' }] } },
        { labels: { job: 'a' }, m: { type: 'GAUGE', metrics: [{ labels: {}, value: '1.7953e+09' }] } },
        { labels: { job: 'b' }, m: { type: 'GAUGE', metrics: [{ labels: {}, value: '+Inf' }] } },
      ],
    }),
  )
  const valueIn = (labels: Record<string, string>) => {
    const group = findGroup(groups, labels)
    return group === null ? null : readValue(group, 'm')
  }

  it('are found by all of their labels and no others', () => {
    expect(valueIn({ job: 'a' })).toBe(1_795_300_000)
    expect(valueIn({ place: 'x', job: 'a' })).toBe(1)
    expect(valueIn({ job: 'b' })).toBe(Number.POSITIVE_INFINITY)
    expect(valueIn({ job: 'c' })).toBeNull()
  })

  it.each(['<html>Sign in</html>', '{}', '[]', '{"status":"error","data":[]}', ''])(
    'are not read out of %j',
    (text) => {
      expect(() => parseGroups(text)).toThrow(/check `pushgateway-url`/)
    },
  )
})
