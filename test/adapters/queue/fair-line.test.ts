import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FairLine, type Waiting } from '../../../src/adapters/queue/fair-line.ts'
import { job } from '../../contracts/queue-hands.ts'

const any = () => true

function waiting(number: number, installationId: number): Waiting {
  return { job: job(number, 'a', installationId), attempt: 1, since: 0 }
}

/** A line of these: `A1` is pull request 1 of installation A. */
function lineOf(...names: readonly string[]): FairLine {
  const line = new FairLine()
  for (const name of names) line.add(name, waiting(Number(name.slice(1)), name.charCodeAt(0)))
  return line
}

/** All that may begin, in turn. */
function takeAll(line: FairLine, mayBegin: (pullRequest: string) => boolean = any): string[] {
  const taken: string[] = []
  for (let next = line.take(mayBegin); next !== null; next = line.take(mayBegin)) taken.push(next[0])
  return taken
}

describe('installations take turns', () => {
  it('whatever each has to do, and each does first what came first', () => {
    expect(takeAll(lineOf('A1', 'A2', 'A3', 'A4', 'B1', 'C1', 'C2'))).toEqual([
      ...['A1', 'B1', 'C1', 'A2', 'C2', 'A3', 'A4'],
    ])
  })

  it('also those that come later', () => {
    const line = lineOf('A1', 'A2', 'A3')
    expect(line.take(any)?.[0]).toBe('A1')
    line.add('B1', waiting(1, 2))
    expect(takeAll(line)).toEqual(['A2', 'B1', 'A3'])
  })

  it('and miss none because what comes first may not begin yet', () => {
    const line = lineOf('A1', 'A2', 'B1', 'C1')
    expect(takeAll(line, (name) => !['A1', 'B1'].includes(name))).toEqual(['A2', 'C1'])
    expect(takeAll(line)).toEqual(['B1', 'A1'])
  })
})

it('a pull request is in line once, as it was added last', () => {
  const line = lineOf('A1')
  const moved = waiting(1, 7)
  line.add('A1', moved)
  expect(line.get('A1')).toBe(moved)
  expect([...line]).toEqual([['A1', moved]])
  line.delete('A1')
  expect(line.get('A1')).toBe(undefined)
  expect(line.take(any)).toBe(null)
})

type Step =
  | { readonly kind: 'add'; readonly number: number; readonly installation: number }
  | { readonly kind: 'delete'; readonly number: number }
  /** While these run. */
  | { readonly kind: 'take'; readonly busy: readonly number[] }

const number = fc.integer({ min: 1, max: 12 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('add'), number, installation: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete'), number }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('take'), busy: fc.uniqueArray(number) }) },
)

/** What is in line as a plain map, and of each installation whose turn has come since it is there or had its own. */
class Expected {
  readonly jobs = new Map<string, Waiting>()
  readonly #before = new Map<number, Set<number>>()

  add(name: string, waiting: Waiting): void {
    this.remove(name)
    this.jobs.set(name, waiting)
    const { installationId } = waiting.job
    if (!this.#before.has(installationId)) this.#before.set(installationId, new Set())
  }

  remove(name: string): void {
    const installation = this.jobs.get(name)?.job.installationId
    this.jobs.delete(name)
    if (installation !== undefined && !this.#waits(installation, any)) this.#before.delete(installation)
  }

  /** Installations that had to wait for a second turn of this one, though there was something for them to begin. */
  turnOf(installation: number, mayBegin: (name: string) => boolean): number[] {
    const others = [...this.#before].filter(([other]) => other !== installation)
    const passedOver = others.filter(
      ([other, before]) => before.has(installation) && this.#waits(other, mayBegin),
    )
    for (const [, before] of others) before.add(installation)
    this.#before.get(installation)?.clear()
    return passedOver.map(([other]) => other)
  }

  #waits(installation: number, mayBegin: (name: string) => boolean): boolean {
    return [...this.jobs].some(([name, { job }]) => job.installationId === installation && mayBegin(name))
  }
}

it('whatever comes, goes and begins: no job is lost or doubled, and nobody has two turns while another waits', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const line = new FairLine()
      const expected = new Expected()
      const take = (mayBegin: (name: string) => boolean) => {
        const next = line.take(mayBegin)
        const eligible = [...expected.jobs.keys()].filter(mayBegin)
        if (next === null) return expect(eligible).toEqual([])
        const [name, taken] = next
        expect(eligible).toContain(name)
        expect(taken).toBe(expected.jobs.get(name))
        expect(expected.turnOf(taken.job.installationId, mayBegin)).toEqual([])
        expected.remove(name)
      }
      for (const one of steps) {
        if (one.kind === 'take') take((name) => !one.busy.map(String).includes(name))
        else if (one.kind === 'delete') {
          line.delete(String(one.number))
          expected.remove(String(one.number))
        } else {
          const added = waiting(one.number, one.installation)
          line.add(String(one.number), added)
          expected.add(String(one.number), added)
        }
        expect(line.size).toBe(expected.jobs.size)
        expect(new Map(line)).toEqual(expected.jobs)
      }
      while (expected.jobs.size > 0) take(any)
      expect(line.take(any)).toBe(null)
    }),
  )
})
