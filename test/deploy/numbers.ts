import { expect } from 'vitest'
import type { Value } from '../servers/prometheus.ts'

/** By the values of the labels, joined by a space; '' without labels. */
export type Numbers = Readonly<Record<string, number>>

/** A number, or from where to where it may lie: reports have whole milliseconds. */
export type Expectation = number | readonly [from: number, to: number]
export type Expected = Readonly<Record<string, Expectation>>

export function numbersOf(values: readonly Value[], labels: readonly string[]): Numbers {
  return Object.fromEntries(
    values.map((one) => [labels.flatMap((label) => one.labels[label] ?? []).join(' '), one.value]),
  )
}

/** Zeros and what is no number are left out: both say that nothing happened. */
export function nonZero<T extends Expectation>(numbers: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(numbers).filter(([, value]) => value !== 0 && !Number.isNaN(value)),
  )
}

const rounding = 1e-6

/** For `toEqual`. */
export function approximately(expected: Expected): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(expected).map(([name, value]) => {
      const [from, to] = typeof value === 'number' ? [value, value] : value
      const tolerance = (to - from) / 2 + rounding
      return [name, expect.closeTo((from + to) / 2, -Math.log10(2 * tolerance))]
    }),
  )
}
