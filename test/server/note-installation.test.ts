import { describe, expect, it } from 'vitest'
import { noteInstallation } from '../../src/server/note-installation.ts'
import { job } from './given-reporter.ts'
import { givenTakers } from './given-takers.ts'

/** This event of installation 1, which may not show check runs so far, with a review waiting there and one elsewhere. */
async function noted(name: string, payload: object, installationId: number | null = 1) {
  const { takers, tokens, queue, reporter, recovery, checks, histories } = givenTakers()
  await queue.add(job(7))
  await queue.add(job(8, { installationId: 2 }))
  for (const id of ['1', '2']) tokens.set(id, 'token')
  checks.permitted = false
  await reporter.running(job(7), 1)
  checks.permitted = true
  const note = await noteInstallation({ name, payload }, installationId, takers)
  await reporter.running(job(7), 2)
  const { waiting } = await queue.list(10)
  return {
    note,
    waiting: waiting.map(({ job }) => job.request.pullRequest.number),
    looks: recovery.asked,
    showsChecks: histories().length > 0,
    /** Of which installations a token is still used. */
    tokens: ['1', '2'].filter((id) => tokens.get(id) !== undefined),
  }
}

const nothing = { waiting: [7, 8], looks: 0, showsChecks: false, tokens: ['1', '2'] }

describe('an installation', () => {
  it.each(['deleted', 'suspend'])('%s is not reviewed any more, and others are', async (action) => {
    expect(await noted('installation', { action })).toEqual({
      ...{ ...nothing, waiting: [8] },
      note: `installation 1: installation "${action}"; its reviews are dropped`,
    })
  })

  it('that is no longer suspended is looked at for what was pushed meanwhile', async () => {
    expect(await noted('installation', { action: 'unsuspend' })).toEqual({
      ...{ ...nothing, looks: 1, showsChecks: true, tokens: ['2'] },
      note: expect.stringMatching(/^installation 1: .*what was pushed meanwhile is looked for$/),
    })
  })

  it.each(['created', 'new_permissions_accepted'])('%s may have a new permission', async (action) => {
    expect(await noted('installation', { action })).toEqual({
      ...{ ...nothing, showsChecks: true, tokens: ['2'] },
      note: `installation 1: installation "${action}"`,
    })
  })

  it.each([
    ['installation', { action: 'renamed' }, 'installation 1: installation "renamed"'],
    ['installation', { action: 7 }, 'installation 1: installation ""'],
    [
      'installation_repositories',
      { action: 'removed' },
      'installation 1: installation_repositories "removed"',
    ],
  ])('is only taken note of otherwise: %s %j', async (name, payload, note) => {
    expect(await noted(name, payload)).toEqual({ ...nothing, note })
  })

  it('has to be named', async () => {
    expect(await noted('installation', { action: 'deleted' }, null)).toEqual({
      ...{ ...nothing, note: 'installation "deleted" of no installation' },
    })
  })
})

it('a ping says that the webhook works', async () => {
  expect(await noted('ping', {}, null)).toMatchObject({ note: expect.stringContaining('works') })
})

it('whatever else happens is none of it', async () => {
  expect(await noted('pull_request', { action: 'deleted' })).toEqual({ ...nothing, note: null })
})
