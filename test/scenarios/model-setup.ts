import { expect } from 'vitest'
import type { ActionResult } from '../run-action.ts'
import { type Answer, type ModelRequest, type PlantedFinding, planted } from '../simulators/model/index.ts'
import { expectCleanTraffic, type Scene, type SceneOptions } from './setup.ts'

/** Lets just one of the files of `parts` into each request. */
export const onePartEach = { 'request-tokens': '2000' } as const

/** New files of some 500 tokens each, every one with a planted finding on its last line. */
export function parts(count: number) {
  const paths = Array.from({ length: count }, (_, index) => `src/part-${index + 1}.ts`)
  return {
    before: { 'README.md': '# Parts\n' },
    after: Object.fromEntries(paths.map((path) => [path, partText(path)])),
    findings: paths.map(findingIn),
  } satisfies SceneOptions
}

function partText(path: string): string {
  const lines = Array.from(
    { length: 20 },
    (_, index) => `export const setting${index} = 'value ${index} in the file ${path}'`,
  )
  return `${[...lines, lastLine(path)].join('\n')}\n`
}

function lastLine(path: string): string {
  return `export const planted = open('${path}')`
}

function findingIn(path: string): PlantedFinding {
  return planted({
    path,
    quote: lastLine(path),
    start_line: 21,
    end_line: 21,
    title: `${path} is never closed`,
  })
}

/** Which of the files of `parts` a prompt shows. */
export function partsIn(prompt: string): string[] {
  return [...prompt.matchAll(/^File: (\S+)$/gm)].map(([, path]) => path ?? '')
}

/** Requests for a review, without that for the summary of all of it. */
export function reviewRequests({ model }: Pick<Scene, 'model'>): readonly ModelRequest[] {
  return model.requests.filter(({ prompt }) => prompt.includes('BEGIN diff '))
}

/** Everything was looked at: one review, and nobody was refused anything by GitHub. */
export function expectReviewed(scene: Scene, result: ActionResult, findings: number): void {
  const verdict = findings === 0 ? 'passed' : 'findings'
  expect(result.outputs).toMatchObject({ verdict, reason: '', findings: String(findings) })
  expect(result.exitCode).toBe(0)
  expect(coverages(result)).not.toContain('failed')
  expectOneReview(scene)
}

/** What every fault leaves behind: a red step, and one review that says in one line why it is incomplete. */
export function expectIncomplete(scene: Scene, result: ActionResult, reason: RegExp): void {
  const { verdict, reason: told = '' } = result.outputs
  expect(told).toMatch(reason)
  expect(told).not.toContain('\n')
  expect(told.length).toBeLessThan(700)
  expect(verdict).toBe('inconclusive')
  expect(result.exitCode).toBe(1)
  const harmless = told.replaceAll('::', ':\u200B:')
  expect(result.annotations).toMatchObject([{ name: 'error', message: expect.stringContaining(harmless) }])
  expect(result.summary).toContain('inconclusive')
  expectOneReview(scene)
  expect(scene.pull.reviews()[0]?.body).toContain('review incomplete')
}

function expectOneReview(scene: Scene): void {
  expect(scene.pull.reviews()).toMatchObject([{ state: 'COMMENTED' }])
  expect(scene.pull.pendingReviews()).toEqual([])
  expectCleanTraffic(scene)
}

type Report = {
  readonly usage: {
    readonly requests: number
    readonly promptTokens: number
    readonly completionTokens: number
  }
  readonly model: string
  readonly files: readonly {
    readonly path: string
    readonly coverage: string
    readonly reason: string
    readonly hunks: readonly { readonly coverage: string; readonly request: number | null }[]
  }[]
  readonly findings: readonly { readonly path: string; readonly placement: string; readonly title: string }[]
  readonly rejected: readonly { readonly reason: string; readonly claim: string }[]
}

export function reportOf({ report }: ActionResult): Report {
  if (!isReport(report)) throw new Error(`no report: ${JSON.stringify(report)}`)
  return report
}

function isReport(report: unknown): report is Report {
  return typeof report === 'object' && report !== null && 'version' in report && report.version === 1
}

/** How each changed file was covered, in GitHub's order. */
export function coverages(result: ActionResult): string[] {
  return reportOf(result).files.map(({ coverage }) => coverage)
}

type Reply = (request: ModelRequest) => Answer

/** Replies to the first request with the first of these and so on, and with the last one for ever. */
export function inTurn(...replies: readonly (Answer | Reply)[]): Reply {
  return (request) => {
    const reply = replies[Math.min(request.index, replies.length - 1)]
    if (reply === undefined) throw new Error('nothing to reply')
    return typeof reply === 'function' ? reply(request) : reply
  }
}
