import { expect, it } from 'vitest'
import { highestSeverity, severities, severityRank } from '../src/severity.ts'

it('severities rise from low to critical', () => {
  expect(severities.map(severityRank)).toEqual([0, 1, 2, 3])
  expect(severityRank('critical')).toBeGreaterThan(severityRank('high'))
})

it.each([
  [[], null],
  [['low'], 'low'],
  [['medium', 'critical', 'high', 'critical'], 'critical'],
  [['low', 'high', 'medium'], 'high'],
] as const)('the highest of %j is %s', (all, highest) => {
  expect(highestSeverity(all)).toBe(highest)
})
