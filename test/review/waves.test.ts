import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import { computeHunks } from '../../src/diff/compute-hunks.ts'
import type { Texts } from '../../src/config/load.ts'
import type { ReviewOutcome } from '../../src/review/outcome.ts'
import { type ReviewCircumstances, reviewPullRequest } from '../../src/review/review-pull-request.ts'
import type { ChangedFile } from '../../src/pull-request.ts'
import { changedFile, type Edit } from '../diff/changes.ts'
import { FakePullRequest } from '../fakes/fake-pull-request.ts'
import { FakeLanguageModel, promptOf, type Saying } from '../fakes/language-model.ts'
import { silentLogger } from '../fakes/silent-logger.ts'
import { FakeSourceReader } from '../fakes/source-reader.ts'
import { circumstances as circumstancesOf } from '../fixtures/circumstances.ts'
import { emptyPullRequest } from '../fixtures/empty-pull-request.ts'
import { reviewConfig } from '../fixtures/review-config.ts'

const fine: Saying = { content: { summary: 'Fine.', findings: [] } }
type Given = {
  readonly inputs?: Texts
  readonly say?: (prompt: string) => Saying
  readonly sources?: FakeSourceReader
  readonly circumstances?: Partial<ReviewCircumstances>
}

/** Files that change in their middle, and whether GitHub leaves their patch out. */
type Files = Readonly<Record<string, { readonly lines: number; readonly hidden: boolean }>>

function scriptOf(path: string, lines: number): readonly Edit[] {
  return Array.from({ length: lines }, (_, at) => ({ kind: 'added', text: `${path} has line ${at}` }))
}

function versions(files: Files) {
  const changed = Object.entries(files).map(([path, { lines, hidden }]): ChangedFile => {
    const file = changedFile(path, scriptOf(path, lines))
    return hidden ? { ...file, patch: null } : file
  })
  const head = Object.fromEntries(
    Object.entries(files).map(([path, { lines }]) => [
      path,
      scriptOf(path, lines)
        .map(({ text }) => `${text}\n`)
        .join(''),
    ]),
  )
  const base = Object.fromEntries(Object.keys(files).map((path) => [path, '']))
  return { changed, base, head }
}

const { baseSha, headSha, ref } = emptyPullRequest

function readerOf(files: Files): FakeSourceReader {
  const { base, head } = versions(files)
  return new FakeSourceReader({ [baseSha]: base, [headSha]: head })
}

async function review(files: Files, given: Given = {}) {
  const { say = () => fine, sources = readerOf(files), inputs, circumstances } = given
  const { changed } = versions(files)
  const pull = new FakePullRequest({ ...emptyPullRequest, files: changed, changedFileCount: changed.length })
  const model = new FakeLanguageModel((request) => say(promptOf(request)))
  const outcome = await reviewPullRequest(
    {
      pullRequest: ref,
      headSha,
      trigger: 'pull_request',
      full: false,
      asOf: null,
      before: null,
      askedBy: null,
    },
    reviewConfig({ 'request-tokens': '2600', concurrency: '2', ...inputs }),
    {
      ...{
        pullRequests: pull,
        publisher: pull,
        threads: pull,
        sources,
        languageModel: model,
        logger: silentLogger,
      },
      parseYaml: async (text) => parseYaml(text),
    },
    circumstancesOf(circumstances),
  )
  const reviews = model.requests.filter(({ answer }) => answer.name === 'patchpilot_review').map(promptOf)
  return { outcome, pull, reviews, shown: reviews.map(filesIn), asked: model.requests.map(promptOf) }
}

function filesIn(prompt: string): readonly string[] {
  return [...prompt.matchAll(/^File: (\S+)/gm)].map(([, path = '']) => path)
}

function coverages({ files }: ReviewOutcome) {
  return Object.fromEntries(files.map(({ path, coverage }) => [path, coverage]))
}

/** One request each. */
const listed = (count: number): Files =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`src/f${at}.ts`, { lines: 100, hidden: false }]),
  )
const hidden = { lines: 100, hidden: true }

/** Answers the second look only when it is told to. */
class SlowSourceReader extends FakeSourceReader {
  readonly #mayAnswer: Promise<void>

  constructor(files: Files, mayAnswer: Promise<void>) {
    super(readerOf(files).commits)
    this.#mayAnswer = mayAnswer
  }

  override async read(...request: Parameters<FakeSourceReader['read']>) {
    const signal = request[1]
    if (this.readings.length > 0) {
      const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      await Promise.race([this.#mayAnswer, stopped])
    }
    return super.read(...request)
  }
}

describe('what GitHub lists', () => {
  it('is asked about while the rest is still being read', async () => {
    const files = { ...listed(3), 'src/hidden.ts': hidden }
    const asked = Promise.withResolvers<void>()
    const { outcome, shown } = await review(files, {
      sources: new SlowSourceReader(files, asked.promise),
      // would wait for ever if the model were asked only when all is read
      say: () => {
        asked.resolve()
        return fine
      },
    })
    expect(shown.slice(0, 2)).toEqual([['src/f0.ts'], ['src/f1.ts']])
    expect(shown.slice(2).flat().toSorted()).toEqual(['src/f2.ts', 'src/hidden.ts'])
    expect(outcome.verdict).toBe('passed')
  })

  it('waits for the rest where one request may hold both', async () => {
    const { shown } = await review({
      'src/a.ts': { lines: 5, hidden: false },
      'src/b.ts': { lines: 5, hidden: true },
    })
    expect(shown).toEqual([['src/a.ts', 'src/b.ts']])
  })

  it('waits for the rest where the budget will not reach all of it, and the most valuable goes first', async () => {
    const files = {
      'docs/a.md': { lines: 100, hidden: false },
      'docs/b.md': { lines: 100, hidden: false },
      'docs/c.md': { lines: 100, hidden: false },
      'src/pay.ts': hidden,
    }
    const { outcome, shown } = await review(files, { inputs: { 'max-tokens': '6000', concurrency: '1' } })
    expect(shown[0]).toEqual(['src/pay.ts'])
    expect(outcome.verdict).toBe('inconclusive')
    expect(coverages(outcome)).toMatchObject({ 'src/pay.ts': 'reviewed', 'docs/c.md': 'budget' })
  })

  it('is posted when the time is over before the rest is read, which is named', async () => {
    const files = { ...listed(3), 'src/hidden.ts': hidden }
    const time = new AbortController()
    let answers = 0
    const { outcome, pull } = await review(files, {
      sources: new SlowSourceReader(files, new Promise(() => {})),
      say: () => {
        if (++answers === 2) setImmediate(() => time.abort())
        return fine
      },
      circumstances: { modelTimeOver: time.signal },
    })
    expect(outcome).toMatchObject({ verdict: 'inconclusive', mayImprove: true })
    expect(coverages(outcome)).toEqual({
      'src/f0.ts': 'reviewed',
      'src/f1.ts': 'reviewed',
      'src/f2.ts': 'deadline',
      'src/hidden.ts': 'deadline',
    })
    expect(pull.posted).toHaveLength(1)
  })
})

it('a large hunk is in one wave, and every line of it is asked about', async () => {
  const { reviews, outcome } = await review({
    'src/large.ts': { lines: 400, hidden: false },
    'src/other.ts': hidden,
  })
  expect(outcome.verdict).toBe('passed')
  const lines = new Set(reviews.join('\n').match(/src\/large\.ts has line \d+$/gm))
  expect(lines.size).toBe(400)
})

it('whatever GitHub hides, every hunk is asked about once, in the request that it names', async () => {
  const size = fc.record({ lines: fc.integer({ min: 1, max: 120 }), hidden: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(
      fc.array(size, { minLength: 1, maxLength: 9 }),
      fc.nat(3),
      async (sizes, concurrency) => {
        const files = Object.fromEntries(sizes.map((one, at) => [`src/f${at}.ts`, one]))
        const { outcome, reviews, asked } = await review(files, {
          inputs: { concurrency: String(concurrency + 1) },
        })
        expect(outcome.verdict).toBe('passed')
        for (const { path, hunks } of outcome.files) {
          const { base, head } = versions(files)
          expect(hunks).toHaveLength(computeHunks(path, base[path] ?? '', head[path] ?? '').length)
          const naming = asked.flatMap((prompt, at) => (filesIn(prompt).includes(path) ? [at + 1] : []))
          expect(hunks.flatMap(({ requests }) => requests ?? [])).toEqual(naming)
        }
        const lines = reviews.join('\n').match(/src\/f\d\.ts has line \d+$/gm) ?? []
        expect(new Set(lines).size).toBe(sizes.reduce((sum, one) => sum + one.lines, 0))
      },
    ),
    { numRuns: 60 },
  )
})
