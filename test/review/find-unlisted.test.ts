import { describe, expect, it } from 'vitest'
import type { ChangedFile } from '../../src/pull-request.ts'
import { findUnlisted } from '../../src/review/find-unlisted.ts'
import { type FakeFiles, FakeSourceReader } from '../fakes/source-reader.ts'
import { silentLogger } from '../fakes/silent-logger.ts'
import { newFile } from './given-files.ts'

const { signal } = new AbortController()

async function find(
  before: FakeFiles,
  after: FakeFiles,
  files: readonly ChangedFile[],
  changedFileCount: number,
) {
  const sources = new FakeSourceReader({ base: before, head: after })
  const reading = { sources, logger: silentLogger, signal, breathe: async () => {} }
  return await findUnlisted({ files, changedFileCount, headSha: 'head' }, 'base', reading)
}

describe('files that GitHub counts and does not list', () => {
  it('are the differences between both trees that are not listed', async () => {
    const before = { 'a.ts': '1', 'b.ts': '1', 'gone.ts': 'x', 'same.ts': '1', 'old/name.ts': 'moved' }
    const after = { 'a.ts': '2', 'b.ts': '2', 'new.ts': 'y', 'same.ts': '1', 'new/name.ts': 'moved' }
    const { files, unreachable } = await find(before, after, [newFile('a.ts')], 5)
    expect(unreachable).toBe(0)
    expect(files.map(({ path, status, previousPath }) => [path, status, previousPath])).toEqual([
      ['b.ts', 'modified', null],
      ['new.ts', 'added', null],
      ['new/name.ts', 'renamed', 'old/name.ts'],
      ['gone.ts', 'removed', null],
    ])
  })

  it('are not what a listed file was called before', async () => {
    const renamed = { ...newFile('b.ts'), status: 'renamed', previousPath: 'a.ts' } as const
    const { files } = await find({ 'a.ts': '1' }, { 'b.ts': '2', 'c.ts': '3' }, [renamed], 2)
    expect(files.map(({ path }) => path)).toEqual(['c.ts'])
  })

  it('differ in their mode alone, too', async () => {
    const script = { content: 'echo', mode: '100755' } as const
    const { files } = await find({ 'run.sh': 'echo' }, { 'run.sh': script, 'a.ts': '1' }, [], 2)
    expect(files.map(({ path, status }) => [path, status])).toEqual([
      ['run.sh', 'changed'],
      ['a.ts', 'added'],
    ])
  })

  it('are not looked for where the list is whole', async () => {
    expect(await find({}, { 'a.ts': '1' }, [newFile('a.ts')], 1)).toEqual({ files: [], unreachable: 0 })
  })

  it('stay out of reach where the trees cannot be read, or are not whole', async () => {
    const sources = new FakeSourceReader({ base: {}, head: { 'a.ts': '1' } })
    const reading = { sources, logger: silentLogger, signal, breathe: async () => {} }
    const pull = { files: [], changedFileCount: 4, headSha: 'head' }
    const readTree = sources.readTree.bind(sources)
    sources.readTree = async (...asked) => ({ ...(await readTree(...asked)), complete: false })
    expect(await findUnlisted(pull, 'base', reading)).toEqual({ files: [], unreachable: 4 })
    sources.permitted = false
    expect(await findUnlisted(pull, 'base', reading)).toEqual({ files: [], unreachable: 4 })
    expect(await findUnlisted(pull, null, reading)).toEqual({ files: [], unreachable: 4 })
  })
})
