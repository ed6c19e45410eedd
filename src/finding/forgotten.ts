import type { OwnThread } from '../pull-request.ts'
import { categories, severities } from '../severity.ts'
import { readFindingMarker, type StandingFinding } from './marker.ts'

/** The second line of our comments, after the marker: mark, severity, category and title. */
const heading = /^\*\*\S+ (\w+) · ([\w-]+): (.*)\*\*$/

/** Of a body, what is told in its stead. */
const mostOfBody = 160

/**
 * A finding whose review has lost its marker, as its own comment still tells it: enough to know it again. Null for a comment
 * that is no finding.
 */
export function forgottenFinding({ body, path }: OwnThread): StandingFinding | null {
  const name = readFindingMarker(body)
  const [, first = '', ...rest] = body.split(/\r?\n/)
  const [, severityWord = '', categoryWord, title = ''] = heading.exec(first) ?? []
  const severity = severities.find((one) => one === severityWord.toLowerCase())
  const category = categories.find((one) => one === categoryWord)
  if (name === null || severity === undefined || category === undefined) return null
  return {
    ...{ fingerprint: name.split(/[- ]/, 1)[0] ?? '', path, side: 'RIGHT', startLine: null, line: null },
    ...{ severity, category, title, confidence: 0.5, code: '' },
    gist: rest.join('\n').trim().slice(0, mostOfBody),
  }
}
