import { afterEach, describe, expect, it } from 'vitest'
import { FixableError } from '../../src/errors.ts'
import { recallMemory } from '../../src/finding/recall.ts'
import { findingsIn, reviewContent } from '../fixtures/review-content.ts'
import { type GivenPullRequest, givenFake, givenGitHub, lines } from './given-pull-request.ts'

const never = new AbortController().signal

describe.each([
  ['fake', givenFake],
  ['GitHub', givenGitHub],
])('a pull request reader: %s', (_name, given) => {
  let pull: GivenPullRequest
  afterEach(() => pull.end())

  it('reads the pull request with all of its changed files', async () => {
    pull = await given()
    const snapshot = await pull.reader.snapshot(pull.ref, never)
    expect(snapshot).toMatchObject({ ref: pull.ref, headSha: pull.headSha, open: true, draft: false })
    expect(snapshot.files).toHaveLength(snapshot.changedFileCount)
    const [file] = snapshot.files
    expect(file).toMatchObject({
      path: 'src/a.ts',
      previousPath: null,
      status: 'added',
      additions: lines.length,
      deletions: 0,
    })
    expect(file?.patch).toBe(['@@ -0,0 +1,4 @@', ...lines.map((line) => `+${line}`)].join('\n'))
  })

  it('remembers what this identity posted', async () => {
    pull = await given()
    const content = reviewContent({
      ...pull,
      run: 'run-1',
      inline: findingsIn('src/a.ts', lines, ['const b = 2']),
    })
    await pull.publisher.publish(
      pull.ref,
      pull.headSha,
      'run-1',
      () => ({ review: content, summary: null }),
      never,
    )
    const snapshot = await pull.reader.snapshot(pull.ref, never)
    expect(snapshot.ownReviews).toHaveLength(1)
    expect(recallMemory(snapshot, '').standing).toMatchObject([
      { path: 'src/a.ts', line: 2, severity: 'high' },
    ])
  })

  it('tells what moves without the files', async () => {
    pull = await given()
    const { open, author, headSha, ownThreads } = await pull.reader.snapshot(pull.ref, never)
    expect(await pull.reader.state(pull.ref, never)).toMatchObject({ open, author, headSha, ownThreads })
  })

  it('tells the head as it is now', async () => {
    pull = await given()
    expect(await pull.reader.headSha(pull.ref, never)).toBe(pull.headSha)
  })

  it('says what to change when the pull request is not shown', async () => {
    pull = await given()
    const absent = { ...pull.ref, number: 99 }
    await expect(pull.reader.snapshot(absent, never)).rejects.toThrow(FixableError)
    await expect(pull.reader.state(absent, never)).rejects.toThrow(FixableError)
    await expect(pull.reader.snapshot(absent, never)).rejects.toThrow('pull-requests: write')
  })

  it('stops when it is told to', async () => {
    pull = await given()
    await expect(pull.reader.snapshot(pull.ref, AbortSignal.abort())).rejects.toThrow()
  })
})
