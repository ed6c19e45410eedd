import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import { reviewPullRequest } from '../../src/review/review-pull-request.ts'
import type { ReviewOutcome } from '../../src/review/outcome.ts'
import { changedFile, edits } from '../diff/changes.ts'
import { FakePullRequest } from '../fakes/fake-pull-request.ts'
import { FakeLanguageModel, promptOf, type Saying } from '../fakes/language-model.ts'
import { silentLogger } from '../fakes/silent-logger.ts'
import { FakeSourceReader } from '../fakes/source-reader.ts'
import { circumstances } from '../fixtures/circumstances.ts'
import { emptyPullRequest } from '../fixtures/empty-pull-request.ts'
import { reviewConfig } from '../fixtures/review-config.ts'

const paths = [
  'src/app.ts',
  'src/lib/app.ts',
  'test/app.test.ts',
  'docs/a b.md',
  'package-lock.json',
  'x/"q".py',
]
const sayings: readonly Saying[] = [
  { content: { summary: 'Fine.', findings: [] } },
  { content: 'no JSON at all' },
  { fails: 'request' },
  { fails: 'too-large' },
  { fails: 'model' },
  { fails: 'late' },
]

const changes = fc.record({
  files: fc
    .array(edits, { minLength: 1, maxLength: paths.length })
    .map((scripts) =>
      scripts
        .map((script, at) => changedFile(paths[at] ?? 'x', script))
        .filter(({ patch }) => patch !== null),
    ),
  // mostly answered, so that there is something to compare
  said: fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(sayings.length - 1)), {
    minLength: 40,
  }),
  requestTokens: fc.integer({ min: 2_000, max: 4_000 }),
  maxTokens: fc.integer({ min: 2_000, max: 60_000 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
})

/** What one request showed of the diff: `path`, and the lines of each hunk by its header. */
function shownIn(
  prompt: string,
): { readonly path: string; readonly header: string; readonly line: string }[] {
  const diff = /BEGIN diff nonce\n([\s\S]*)\nEND diff nonce/.exec(prompt)?.[1] ?? ''
  const shown: { path: string; header: string; line: string }[] = []
  let [path, header] = ['', '']
  for (const line of diff.split('\n')) {
    if (line.startsWith('File: ')) path = line.slice('File: '.length)
    else if (line.startsWith('@@ ')) header = /^@@ .*? @@/.exec(line)?.[0] ?? ''
    else if (line !== '') shown.push({ path, header, line })
  }
  return shown
}

async function review(given: typeof changes extends fc.Arbitrary<infer Given> ? Given : never) {
  const pull = new FakePullRequest({
    ...emptyPullRequest,
    files: given.files,
    changedFileCount: given.files.length,
  })
  const answered = new Map<number, string>()
  const model = new FakeLanguageModel((request, number) => {
    const saying = sayings[given.said[number % given.said.length] ?? 0] ?? sayings[0]
    if (saying === undefined) throw new Error('nothing to say')
    if (saying === sayings[0] && request.answer.name === 'patchpilot_review')
      answered.set(number, promptOf(request))
    return saying
  })
  const { ref, headSha } = pull.snapshotNow
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
    reviewConfig({
      'request-tokens': String(given.requestTokens),
      'max-tokens': String(given.maxTokens),
      concurrency: String(given.concurrency),
    }),
    {
      ...{ pullRequests: pull, publisher: pull, threads: pull, sources: new FakeSourceReader({}) },
      ...{ languageModel: model, logger: silentLogger, parseYaml: async (text) => parseYaml(text) },
    },
    circumstances(),
  )
  return { outcome, answered }
}

function hunksOf(outcome: ReviewOutcome, coverage: string): string[] {
  return outcome.files.flatMap((file) =>
    file.hunks
      .filter((hunk) => hunk.coverage === coverage)
      .map((hunk) => `${file.path} -${hunk.oldStart} +${hunk.newStart}`),
  )
}

it('exactly those hunks are claimed to be reviewed of which every line was in a request that was answered', async () => {
  await fc.assert(
    fc.asyncProperty(changes, async (given) => {
      const { outcome, answered } = await review(given)
      const shown = [...answered.values()].flatMap(shownIn)
      const linesOf = Map.groupBy(shown, ({ path, header }) => `${path} ${header}`)
      const all = given.files.flatMap((file) =>
        (file.patch ?? '').split(/\n(?=@@ )/).map((text) => {
          const [, range = '', old, now] = /^(@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@)/.exec(text) ?? []
          const lines = text
            .split('\n')
            .slice(1)
            .filter((line) => !line.startsWith('\\'))
          return { key: `${file.path} ${range}`, name: `${file.path} -${old} +${now}`, lines }
        }),
      )
      const whole = all.filter(({ key, lines }) => {
        const signs = (linesOf.get(key) ?? []).map(({ line }) => line.replace(/^\d+ /, ''))
        return lines.every((line) => signs.includes(line))
      })
      const reviewed = hunksOf(outcome, 'reviewed')
      expect(reviewed.toSorted()).toEqual(whole.map(({ name }) => name).toSorted())
      const accounted = outcome.files.flatMap(({ hunks }) => hunks)
      expect(accounted).toHaveLength(all.length)
      for (const hunk of accounted) expect(hunk.reason === '').toBe(hunk.coverage === 'reviewed')
      const open = accounted.filter(({ coverage }) => ['budget', 'deadline', 'failed'].includes(coverage))
      if (open.length > 0) expect(outcome.verdict).toBe('inconclusive')
      else expect(outcome.verdict).toBe('passed')
    }),
    { numRuns: 150 },
  )
})

it('each reviewed hunk names a request that showed it', async () => {
  await fc.assert(
    fc.asyncProperty(changes, async (given) => {
      const { outcome, answered } = await review(given)
      for (const file of outcome.files)
        for (const { request, coverage } of file.hunks)
          if (coverage === 'reviewed')
            expect(answered.get(request ?? 0) ?? '').toContain(`File: ${file.path}\n`)
    }),
    { numRuns: 50 },
  )
})
