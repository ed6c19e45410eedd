import { describe, expect, it } from 'vitest'
import { writeCheckMemory } from '../../src/check-run.ts'
import { decideCheckEvent } from '../../src/trigger/check-events.ts'

const repository = { name: 'shop', owner: { login: 'octo' } }
const headSha = 'ec26c3e57ca3a959ca5aad62de7213c562f8c821'
const external_id = writeCheckMemory({ pullNumber: 7, tries: 1, complete: true })

function checkRun(action: string, run: object = {}, more: object = {}) {
  const check_run = { name: 'PatchPilot', head_sha: headSha, external_id, pull_requests: [], ...run }
  return decideCheckEvent({ name: 'check_run', payload: { action, check_run, repository, ...more } })
}

function checkSuite(action: string, pullNumbers: readonly number[]) {
  const pull_requests = pullNumbers.map((number) => ({ number }))
  const check_suite = { head_sha: headSha, pull_requests }
  return decideCheckEvent({ name: 'check_suite', payload: { action, check_suite, repository } })
}

const review = (trigger: string, full: boolean) => ({
  kind: 'review',
  request: {
    pullRequest: { owner: 'octo', repo: 'shop', number: 7 },
    headSha,
    trigger,
    full,
    asOf: null,
    before: null,
    askedBy: null,
  },
})

describe('at a check run', () => {
  it('"Re-run" asks for its head again', () => {
    expect(checkRun('rerequested')).toEqual(review('check_run', false))
  })

  it('the button asks for every hunk again', () => {
    const pressed = { requested_action: { identifier: 'full_review' } }
    expect(checkRun('requested_action', {}, pressed)).toEqual(review('check_run', true))
  })

  it('the pull request is the one that the check run remembers, before the one that GitHub names', () => {
    const pull_requests = [{ number: 9 }]
    expect(checkRun('rerequested', { pull_requests })).toEqual(review('check_run', false))
    expect(checkRun('rerequested', { pull_requests, external_id: 'else' })).toMatchObject({
      request: { pullRequest: { number: 9 } },
    })
  })

  it('has to be looked for where nobody names it', () => {
    expect(checkRun('rerequested', { external_id: null })).toEqual({
      ...{ kind: 'find', owner: 'octo', repo: 'shop', headSha, trigger: 'check_run' },
    })
  })

  it.each([
    ['what only happened to it', checkRun('completed'), /"completed"/],
    ['one of another name', checkRun('rerequested', { name: 'lint' }), /"lint"/],
    [
      'a button of another name',
      checkRun('requested_action', {}, { requested_action: { identifier: 'fix' } }),
      /button/,
    ],
  ])('%s asks for nothing', (_, decision, reason) => {
    expect(decision).toMatchObject({ kind: 'skip', reason: expect.stringMatching(reason) })
  })

  it('what is not in the form of GitHub is unreadable', () => {
    expect(checkRun('rerequested', { head_sha: 7 })).toMatchObject({ kind: 'unreadable' })
  })
})

describe('at a check suite', () => {
  it('"Re-run all checks" asks for its head again', () => {
    expect(checkSuite('rerequested', [7])).toEqual(review('check_suite', false))
  })

  it('the pull request has to be looked for where it comes from a fork', () => {
    expect(checkSuite('rerequested', [])).toMatchObject({ kind: 'find', headSha })
  })

  it('asks for nothing when it only came about', () => {
    expect(checkSuite('requested', [7])).toMatchObject({ kind: 'skip' })
  })
})

it('every other event is none of its own', () => {
  expect(decideCheckEvent({ name: 'pull_request', payload: {} })).toBe(null)
})
