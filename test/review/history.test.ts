import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import { computeHunks } from '../../src/diff/compute-hunks.ts'
import type { DiffLine } from '../../src/diff/patch.ts'
import type { ChangedFile } from '../../src/pull-request.ts'
import { reviewPullRequest } from '../../src/review/review-pull-request.ts'
import { FakePullRequest } from '../fakes/fake-pull-request.ts'
import { FakeLanguageModel, promptOf } from '../fakes/language-model.ts'
import { silentLogger } from '../fakes/silent-logger.ts'
import { FakeSourceReader } from '../fakes/source-reader.ts'
import { circumstances } from '../fixtures/circumstances.ts'
import { emptyPullRequest } from '../fixtures/empty-pull-request.ts'
import { reviewConfig } from '../fixtures/review-config.ts'

/** A defect as its author wrote it, and the ways in which a model speaks of it. */
type Bug = {
  readonly id: number
  readonly code: string
  readonly mended: string
  readonly titles: readonly string[]
}

const subjects = ['invoice', 'basket', 'voucher', 'session', 'parcel', 'ledger', 'tariff', 'refund']
const operations = ['divide', 'release', 'encode', 'rotate', 'settle', 'merge', 'expire', 'round']

const bugs: readonly Bug[] = subjects.flatMap((subject, at) => {
  return [0, 1].map((nth): Bug => {
    const id = at * 2 + nth
    const operation = operations[(at * 3 + nth * 5) % operations.length]
    return {
      id,
      code: `  ${operation}(${subject}, ${id * 7})`,
      mended: `  if (${subject} !== null) ${operation}(${subject}.safe, ${id * 7})`,
      titles: [
        `${subject} may be null in ${operation} (#${id})`,
        `${operation} crashes without ${subject} (#${id})`,
        `Missing check before ${operation} of the ${subject} (#${id})`,
      ],
    }
  })
})

type Step =
  | { readonly kind: 'add' | 'mend' | 'break'; readonly bug: number }
  | { readonly kind: 'shift'; readonly lines: number }
  | { readonly kind: 'move base'; readonly lines: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), bug: fc.nat(bugs.length - 1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('break' as const), bug: fc.nat(bugs.length - 1) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('mend' as const), bug: fc.nat(bugs.length - 1) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('shift' as const), lines: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('move base' as const), lines: fc.integer({ min: 1, max: 9 }) }),
  },
)

const base = Array.from({ length: 40 }, (_, at) => `const setting${at} = read(${at})`)

/** One file of a pull request as it goes through a history: every bug in a function of its own. */
class History {
  #above: string[] = []
  #moved: string[] = []
  readonly #state = new Map<number, 'alive' | 'mended'>()
  /** How often each bug came to be. */
  readonly births = new Map<number, number>()

  take(change: Step): void {
    switch (change.kind) {
      case 'add':
        if (!this.#state.has(change.bug)) this.#bear(change.bug)
        break
      case 'break':
        if (this.#state.get(change.bug) === 'mended') this.#bear(change.bug)
        break
      case 'mend':
        if (this.#state.has(change.bug)) this.#state.set(change.bug, 'mended')
        break
      case 'shift':
        this.#above = Array.from({ length: change.lines }, (_, at) => `// note ${at} of ${change.lines}`)
        break
      case 'move base':
        this.#moved = Array.from({ length: change.lines }, (_, at) => `// moved ${at}`)
    }
  }

  #bear(bug: number): void {
    this.#state.set(bug, 'alive')
    this.births.set(bug, (this.births.get(bug) ?? 0) + 1)
  }

  isAlive(bug: number): boolean {
    return this.#state.get(bug) === 'alive'
  }

  get base(): string {
    return [...this.#moved, ...base, ''].join('\n')
  }

  get head(): string {
    const functions = [...this.#state].flatMap(([id, state]) => {
      const bug = bugs[id]
      const line = state === 'alive' ? bug?.code : bug?.mended
      return [
        `export function part${id}() {`,
        `  const key${id} = open(${id})`,
        line ?? '',
        `  close(key${id})`,
        '}',
        '',
      ]
    })
    return [...this.#moved, ...base.slice(0, 20), ...this.#above, ...functions, ...base.slice(20), ''].join(
      '\n',
    )
  }
}

function changedFile(before: string, after: string): ChangedFile[] {
  const hunks = computeHunks('src/app.ts', before, after)
  const sign = { context: ' ', added: '+', deleted: '-' }
  const count = (kind: DiffLine['kind']) =>
    hunks.flatMap(({ lines }) => lines).filter((line) => line.kind === kind).length
  if (hunks.length === 0) return []
  return [
    {
      ...{ path: 'src/app.ts', previousPath: null, status: 'modified', sha: null },
      ...{ additions: count('added'), deletions: count('deleted') },
      patch: hunks
        .flatMap(({ header, lines }) => [header, ...lines.map(({ kind, text }) => sign[kind] + text)])
        .join('\n'),
    },
  ]
}
/** A model that forgets, rewords and quotes more or less, as chance will have it; what is not there it does not see. */
function whimsicalModel(history: History, chance: () => number) {
  return new FakeLanguageModel((request) => {
    const prompt = promptOf(request)
    if (request.answer.name === 'patchpilot_summary') return { content: { summary: 'S' } }
    if (request.answer.name === 'patchpilot_verify') {
      const asked = [...prompt.matchAll(/^BEGIN problem (f\d+) [\s\S]*?\(#(\d+)\)/gm)]
      const verdicts = asked.map(([, id, bug]) => ({
        ...{ id, keep: history.isAlive(Number(bug)), probability: 0.8, impact: 0.5, reason: '' },
      }))
      return { content: { verdicts: verdicts.filter(() => chance() > 0.2) } }
    }
    const diff = /BEGIN diff[^\n]*\n([\s\S]*)\nEND diff/.exec(prompt)?.[1] ?? ''
    const lines = diff.split('\n').map((line) => line.replace(/^(?:\d+ [+-]| )/, ''))
    const findings = bugs.flatMap(({ id, code, titles }) => {
      const at = lines.indexOf(code)
      if (at < 0 || !history.isAlive(id) || chance() < 0.3) return []
      const quotes = [code, lines.slice(at - 1, at + 1).join('\n'), lines.slice(at, at + 2).join('\n')]
      const pick = <Item>(items: readonly Item[]) => items[Math.floor(chance() * items.length)]
      return {
        ...{ path: 'src/app.ts', quote: pick(quotes), start_line: 1, end_line: 1, side: 'RIGHT' },
        ...{ severity: 'high', category: 'bug', title: pick(titles), body: `Why ${id} is wrong.` },
        ...{ suggestion: null, confidence: 0.9 },
      }
    })
    return { content: { summary: 'S', findings } }
  })
}

/** Numbers between 0 and 1 out of a seed: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

it('over ten pushes each finding is said once, and none is called mended that is not', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 10, maxLength: 10 }),
      fc.nat(),
      async (pushes, seed) => {
        const history = new History()
        const chance = numbersFrom(seed)
        const pull = new FakePullRequest(emptyPullRequest)
        pull.mayResolve = seed % 2 === 0
        for (const [nth, steps] of pushes.entries()) {
          for (const one of steps) history.take(one)
          const headSha = `${nth}`.padStart(40, 'a')
          const files = changedFile(history.base, history.head)
          pull.snapshotNow = { ...pull.snapshotNow, headSha, files, changedFileCount: files.length }
          const closedBefore = closed(pull)
          const outcome = await reviewPullRequest(
            {
              pullRequest: emptyPullRequest.ref,
              headSha,
              trigger: 'pull_request',
              full: false,
              asOf: null,
              before: null,
              askedBy: null,
            },
            reviewConfig({ 'max-comments': '3' }),
            {
              ...{ pullRequests: pull, publisher: pull, threads: pull, logger: silentLogger },
              sources: new FakeSourceReader({ [headSha]: { 'src/app.ts': history.head } }),
              languageModel: whimsicalModel(history, chance),
              parseYaml: async (text) => parseYaml(text),
            },
            circumstances({ runId: `run ${nth}` }),
          )
          expect(['passed', 'findings']).toContain(outcome.verdict)
          for (const bug of closed(pull).filter((one) => !closedBefore.includes(one)))
            expect(history.isAlive(bug)).toBe(false)
          const open = outcome.findings.filter(({ stands }) => stands).map(({ title }) => bugIn(title))
          for (const bug of said(pull).filter((one) => history.isAlive(one))) expect(open).toContain(bug)
        }
        for (const [bug, times] of Map.groupBy(said(pull), (one) => one))
          expect(times.length).toBeLessThanOrEqual(history.births.get(bug) ?? 0)
      },
    ),
    { numRuns: 40 },
  )
})

function bugIn(text: string): number {
  return Number(/\(#(\d+)\)/.exec(text.replaceAll('\u200b', ''))?.[1])
}

/** Bugs in the order in which reviews told them. */
function said({ posted }: FakePullRequest): number[] {
  return posted.flatMap(({ body }) =>
    [...body.replaceAll('\u200b', '').matchAll(/^\| (?:🔴|🟠|🟡|⚪)[^\n]*\(#(\d+)\)/gm)].map(([, id]) =>
      Number(id),
    ),
  )
}

function closed({ snapshotNow }: FakePullRequest): number[] {
  return snapshotNow.ownThreads
    .filter(({ isResolved, isMinimized }) => isResolved || isMinimized)
    .map(({ body }) => bugIn(body))
}
