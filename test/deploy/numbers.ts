import { expect } from 'vitest'
import type { Value } from '../servers/prometheus.ts'

/** Numbers by the values of their labels, joined by a space; '' without labels. */
export type Numbers = Readonly<Record<string, number>>

export function numbersOf(values: readonly Value[], labels: readonly string[]): Numbers {
  return Object.fromEntries(
    values.map((one) => [
      labels.flatMap((label) => one.labels[label] ?? []).join(' '),
      one.value,
    ]),
  )
}

/** Zeros and what is no number are left out: both say that nothing happened. */
export function nonZero(numbers: Numbers): Numbers {
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== 0 && !Number.isNaN(value)))
}

/** Exactly, but for times: reports have whole milliseconds, and a run's end is noted after it. */
export function approximately(
  numbers: Numbers,
  { panel, unit }: { readonly panel: string; readonly unit: string },
): Record<string, unknown> {
  const digits = /last (success|push)/i.test(panel) ? -1 : unit === 's' ? 2 : 6
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, expect.closeTo(value, digits)]),
  )
}
