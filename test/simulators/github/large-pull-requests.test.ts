import { expect, test } from 'vitest'
import { cpuClock } from '../../cpu-clock.ts'
import { useFreshGitHub } from './fresh-github.ts'
import type { NewPullRequest, SimulatedGitHub } from './index.ts'
import { clientOf } from './test-client.ts'

let github: SimulatedGitHub
useFreshGitHub((fresh) => {
  github = fresh
})

type Listed = { readonly filename: string; readonly changes: number; readonly patch?: string }

async function open(spec: NewPullRequest) {
  const repository = await github.createRepository()
  return repository.openPullRequest(spec)
}

async function list(query = ''): Promise<readonly Listed[]> {
  return (await clientOf(github).get(`/repos/octo/demo/pulls/1/files${query}`)).json
}

const withPatch = (files: readonly Listed[]) =>
  files.filter(({ patch }) => patch !== undefined).map(({ filename }) => filename)

test('a file has a patch of up to 20,000 lines and 500 KB, each for itself', async () => {
  const rows = (count: number) => 'x\n'.repeat(count)
  await open({
    files: {
      'a-just-fits': rows(19_999),
      'b-one-line-more': rows(20_000),
      'c-wide': `${'x'.repeat(512_000)}\n`,
      'd-small': 'x\n',
    },
  })
  const files = await list()
  expect(files.map(({ changes }) => changes)).toEqual([19_999, 20_000, 1, 1])
  expect(withPatch(files)).toEqual(['a-just-fits', 'd-small'])
})

const fiveFiles = Object.fromEntries([1, 2, 3, 4, 5].map((file) => [`${file}.ts`, 'a\nb\n']))

test.each([
  [{ files: 2 }, ['1.ts', '2.ts']],
  [{ files: 0 }, []],
  [{ lines: 5 }, ['1.ts', '2.ts', '3.ts']],
  [{ files: 4, lines: 4 }, ['1.ts', '2.ts']],
])('patches end once %j were listed, on whichever page', async (noPatchBeyond, expected) => {
  await open({ files: fiveFiles, noPatchBeyond })
  const pages = [
    await list('?per_page=2'),
    await list('?per_page=2&page=2'),
    await list('?per_page=2&page=3'),
  ]
  expect(withPatch(pages.flat())).toEqual(expected)
  expect(pages.flat().map(({ changes }) => changes)).toEqual([2, 2, 2, 2, 2])
})

test('a comment fits a line whose patch was left out of the list, but not one of a file too large', async () => {
  await open({ files: fiveFiles, noPatchBeyond: { files: 0 }, tooLarge: ['2.ts'] })
  const comment = (path: string) =>
    clientOf(github).post('/repos/octo/demo/pulls/1/reviews', {
      event: 'COMMENT',
      comments: [{ path, line: 2, body: 'Why?' }],
    })
  expect((await comment('1.ts')).status).toBe(200)
  expect(await comment('2.ts')).toMatchObject({
    status: 422,
    json: { errors: ['Line could not be resolved'] },
  })
})

test('3,200 files with 100,000 changed lines are made and listed in seconds, the last 200 only counted', async () => {
  const text = (file: number, word: string) =>
    Array.from(
      { length: 60 },
      (_, line) => `const v${line} = ${line % 4 === 0 ? word : 'same'}(${file})\n`,
    ).join('')
  const paths = Array.from({ length: 3_200 }, (_, file) => `src/module-${file % 40}/file-${file}.ts`)
  const files = (word: string) => Object.fromEntries(paths.map((path, file) => [path, text(file, word)]))
  const [before, after] = [files('before'), files('after')]
  const makingMs = cpuClock()
  const repository = await github.createRepository({ files: before })
  await repository.openPullRequest({ files: after })
  expect(makingMs()).toBeLessThan(10_000)
  const listingMs = cpuClock()
  const listed: Listed[] = []
  for (let page = 1; page <= 32; page += 1) listed.push(...(await list(`?per_page=100&page=${page}`)))
  expect(listingMs()).toBeLessThan(5_000)
  expect(listed).toHaveLength(3_000)
  expect(withPatch(listed)).toHaveLength(3_000)
  const { data } = await clientOf(github).graphql(
    '{ repository(owner: "octo", name: "demo") { pullRequest(number: 1) { changedFiles additions deletions } } }',
  )
  expect(data.repository.pullRequest).toEqual({ changedFiles: 3_200, additions: 48_000, deletions: 48_000 })
})

test('commits have messages of their own, and labels are listed', async () => {
  const pull = await open({
    files: { a: '1\n' },
    title: 'Change a',
    message: 'Begin a\n\nBecause it is due.',
    labels: ['bug', 'área'],
  })
  await pull.push({ a: '2\n' }, {}, 'Go on with a')
  await pull.push({ b: '3\n' })
  const { data } = await clientOf(github).graphql(
    `{ repository(owner: "octo", name: "demo") { pullRequest(number: 1) { title labels(first: 10) { nodes { name } }
      commits(last: 2) { totalCount nodes { commit { oid message } } } first: commits(first: 1) { nodes { commit { messageHeadline messageBody } } } } } }`,
  )
  expect(data.repository.pullRequest).toEqual({
    title: 'Change a',
    labels: { nodes: [{ name: 'bug' }, { name: 'área' }] },
    commits: {
      totalCount: 3,
      nodes: [
        { commit: { oid: expect.any(String), message: 'Go on with a' } },
        { commit: { oid: pull.headSha, message: 'Change more' } },
      ],
    },
    first: { nodes: [{ commit: { messageHeadline: 'Begin a', messageBody: 'Because it is due.' } }] },
  })
})
