import { describe, expect, it } from 'vitest'
import { Octokit } from '@octokit/core'
import { GitHubApi } from '../../../src/adapters/github/api.ts'
import { clientOptions, clientPlugins } from '../../../src/adapters/github/client-options.ts'
import { GitHubSourceReader } from '../../../src/adapters/github/source-reader.ts'
import { FixableError } from '../../../src/errors.ts'
import {
  type GivenGitHubSources,
  givenGitHubSources,
  givenGitHubWithoutGraphql,
} from '../../contracts/given-sources.ts'
import type { FakeFiles } from '../../fakes/source-reader.ts'
import { silentLogger } from '../../fakes/silent-logger.ts'
import { defaultToken, type GitHubOptions } from '../../simulators/github/index.ts'

const never = new AbortController().signal
const forever = Number.POSITIVE_INFINITY

const pathsOf = (count: number) => Array.from({ length: count }, (_, index) => `src/${index}.ts`)
const filesOf = (count: number): FakeFiles =>
  Object.fromEntries(pathsOf(count).map((path) => [path, `// ${path}\n`]))
const textsOf = (count: number) => pathsOf(count).map((path) => ({ kind: 'text', text: `// ${path}\n` }))

const atHead = ({ headSha: commit }: GivenGitHubSources, paths: readonly string[]) =>
  paths.map((path) => ({ commit, path }))

/** How many places each GraphQL request asked for. */
const sizes = ({ github }: GivenGitHubSources) =>
  github.requests
    .filter(({ path }) => path === '/graphql')
    .map(({ body }) => (JSON.stringify(body).match(/"e\d+":/g) ?? []).length)

const restPaths = ({ github }: GivenGitHubSources) =>
  github.requests.map(({ path }) => path).filter((path) => path !== '/graphql')

async function given(
  count: number,
  onEnd: (end: () => Promise<void>) => void,
  start: (
    files: { before: FakeFiles; changed: FakeFiles },
    options?: GitHubOptions,
  ) => Promise<GivenGitHubSources> = givenGitHubSources,
  options: GitHubOptions = {},
): Promise<GivenGitHubSources> {
  const one = await start({ before: { 'README.md': '# Demo\n' }, changed: filesOf(count) }, options)
  onEnd(one.end)
  return one
}

const tooMuch = {
  status: 200,
  body: {
    data: { repository: null },
    errors: [
      {
        type: 'RESOURCE_LIMITS_EXCEEDED',
        path: ['repository'],
        message: 'Resource limits for this query exceeded.',
      },
    ],
  },
}

describe('many places by GraphQL', () => {
  it('take two requests for 320 files in as many as there are, and none besides', async ({
    onTestFinished,
  }) => {
    const one = await given(320, onTestFinished)
    expect(await one.sources.read(atHead(one, pathsOf(320)), never)).toEqual(textsOf(320))
    expect(sizes(one)).toEqual([160, 160])
    expect(restPaths(one)).toEqual([])
  })

  it('are each asked for once', async ({ onTestFinished }) => {
    const one = await given(2, onTestFinished)
    const twice = atHead(one, [...pathsOf(2), ...pathsOf(2)])
    expect(await one.sources.read(twice, never)).toEqual([...textsOf(2), ...textsOf(2)])
    expect(sizes(one)).toEqual([2])
  })

  it('are asked for in halves where they were too much', async ({ onTestFinished }) => {
    const one = await given(5, onTestFinished)
    one.github.faults.add({ path: /^\/graphql$/, behaviour: tooMuch })
    expect(await one.sources.read(atHead(one, pathsOf(5)), never)).toEqual(textsOf(5))
    expect(sizes(one)).toEqual([5, 3, 2])
    expect(restPaths(one)).toEqual([])
  })

  it('are asked for again where one of them failed', async ({ onTestFinished }) => {
    const one = await given(2, onTestFinished)
    const blob = { __typename: 'Blob', byteSize: 4, isBinary: false, isTruncated: false, text: 'old\n' }
    const body = {
      data: { repository: { o0: blob, o1: null } },
      errors: [{ path: ['repository', 'o1'], message: 'Something went wrong.' }],
    }
    one.github.faults.add({ path: /^\/graphql$/, behaviour: { status: 200, body } })
    expect(await one.sources.read(atHead(one, pathsOf(2)), never)).toEqual(textsOf(2))
    expect(sizes(one)).toEqual([2, 1, 1])
  })

  it('are read by REST where even a quarter of them is too much, this time', async ({ onTestFinished }) => {
    const one = await given(4, onTestFinished)
    one.github.faults.add({ path: /^\/graphql$/, times: 7, behaviour: tooMuch })
    const places = atHead(one, pathsOf(4))
    expect(await one.sources.read(places, never)).toEqual(textsOf(4))
    expect(sizes(one)).toEqual([4, 2, 2, 1, 1, 1, 1])
    const asked = one.github.requests.length
    expect(await one.sources.read(places, never)).toEqual(textsOf(4))
    expect(one.github.requests.slice(asked).map(({ path }) => path)).toEqual(['/graphql'])
  })

  it('are read by REST where GraphQL does not answer in time', async ({ onTestFinished }) => {
    const one = await given(2, onTestFinished)
    one.github.faults.add({ path: /^\/graphql$/, times: forever, behaviour: 'hang' })
    const Client = Octokit.plugin(...clientPlugins)
    const options = clientOptions(
      () => Date.now() + 20_000,
      silentLogger,
      () => {},
    )
    const client = new Client({ ...options, baseUrl: one.github.url, auth: defaultToken })
    const repository = { owner: 'octo', repo: 'demo' }
    const reader = new GitHubSourceReader(new GitHubApi(client, () => {}), repository, silentLogger, 50)
    expect(await reader.read(atHead(one, pathsOf(2)), never)).toEqual(textsOf(2))
    expect(sizes(one)).toEqual([2])
  })

  it('are not believed where the answer leaves one out', async ({ onTestFinished }) => {
    const one = await given(2, onTestFinished)
    const body = { data: { repository: { o0: null } } }
    one.github.faults.add({ path: /^\/graphql$/, behaviour: { status: 200, body } })
    expect(await one.sources.read(atHead(one, pathsOf(2)), never)).toEqual(textsOf(2))
  })
})

describe('places by REST', () => {
  it('are one request for each folder and file, and GraphQL is not asked again', async ({
    onTestFinished,
  }) => {
    const one = await given(3, onTestFinished, givenGitHubWithoutGraphql)
    await one.sources.read(atHead(one, pathsOf(3)), never)
    const kinds = restPaths(one).map((path) => /\/git\/(\w+)\//.exec(path)?.[1])
    expect(kinds).toEqual(['trees', 'trees', 'blobs', 'blobs', 'blobs'])
    const asked = sizes(one).length
    await one.sources.read(atHead(one, pathsOf(3)), never)
    expect(sizes(one)).toHaveLength(asked)
  })

  it('are not read where they are merely helpful', async ({ onTestFinished }) => {
    const one = await given(3, onTestFinished, givenGitHubWithoutGraphql)
    const [first, ...others] = atHead(one, pathsOf(3))
    const places = [
      ...(first === undefined ? [] : [first]),
      ...others.map((place) => ({ ...place, helpful: true })),
    ]
    expect(await one.sources.read(places, never)).toEqual([...textsOf(1), null, null])
    expect(restPaths(one).filter((path) => path.includes('/git/blobs/'))).toHaveLength(1)
  })

  it('are read where the token may use nothing but REST', async ({ onTestFinished }) => {
    const one = await given(1, onTestFinished)
    const errors = [{ type: 'FORBIDDEN', message: 'Resource not accessible by personal access token' }]
    const body = { data: { repository: { o0: null } }, errors }
    one.github.faults.add({ path: /^\/graphql$/, times: forever, behaviour: { status: 200, body } })
    expect(await one.sources.read(atHead(one, pathsOf(1)), never)).toEqual(textsOf(1))
    expect(sizes(one)).toEqual([1])
  })
})

describe('a whole file', () => {
  it('is asked for as it is', async ({ onTestFinished }) => {
    const one = await given(1, onTestFinished)
    await one.sources.readWhole({ commit: one.headSha, path: 'src/0.ts' }, never)
    expect(one.github.requests).toMatchObject([
      {
        path: '/repos/octo/demo/contents/src/0.ts',
        query: { ref: one.headSha },
        headers: { accept: 'application/vnd.github.raw+json' },
      },
    ])
  })

  it('is read again when it breaks off', async ({ onTestFinished }) => {
    const one = await given(1, onTestFinished)
    one.github.faults.add({ path: /\/contents\//, behaviour: 'truncate' })
    const [{ text } = { text: '' }] = textsOf(1)
    expect(await one.sources.readWhole({ commit: one.headSha, path: 'src/0.ts' }, never)).toBe(text)
    expect(one.github.requests).toHaveLength(2)
  })

  it('is to be left out when GitHub does not deliver files of its size', async ({ onTestFinished }) => {
    const one = await given(1, onTestFinished)
    const body = {
      message:
        'This API returns blobs up to 100 MB in size. The requested blob is too large to fetch via the API, but you can always clone the repository via Git in order to obtain the blob.',
      errors: [{ resource: 'Blob', field: 'data', code: 'too_large' }],
    }
    one.github.faults.add({ path: /\/contents\//, behaviour: { status: 403, body } })
    const reading = one.sources.readWhole({ commit: one.headSha, path: 'src/0.ts' }, never)
    await expect(reading).rejects.toThrow(FixableError)
    await expect(reading).rejects.toThrow('leave it out by `paths`')
  })
})

describe('the merge base', () => {
  it('comes without the files of the comparison', async ({ onTestFinished }) => {
    const one = await given(1, onTestFinished)
    await one.sources.mergeBase(one.baseSha, one.headSha, never)
    expect(one.github.requests).toMatchObject([{ query: { per_page: '1', page: '2' } }])
  })
})

describe('the tree of a commit', () => {
  it('is told apart from a part of it', async ({ onTestFinished }) => {
    const one = await given(5, onTestFinished, givenGitHubSources, { treeLimit: 4 })
    const { files, complete } = await one.sources.readTree(one.headSha, never)
    expect(complete).toBe(false)
    expect([...files.keys()]).toEqual(['README.md', 'src/0.ts', 'src/1.ts'])
    expect(one.github.requests).toHaveLength(1)
  })
})
