import { createHash } from 'node:crypto'
import type { PullRequestView } from './pull-request-view.ts'

/** The id of a line on the page. */
export function lineId(path: string, side: string, line: number): string {
  return `${path}:${side === 'LEFT' ? 'L' : 'R'}${line}`
}

/**
 * Where a link of the review leads on the page: GitHub's links to lines lead to those lines, for the simulated GitHub behind
 * them is gone when somebody reads it. Any other link stays.
 */
export function linkOnPage({ files, headSha }: PullRequestView, url: string): string {
  const blob = new RegExp(`/blob/${headSha}/([^#]+)#L(\\d+)(?:-L(\\d+))?$`).exec(url)
  const inDiff = /\/pull\/\d+\/files#diff-([0-9a-f]{64})([LR])(\d+)$/.exec(url)
  if (blob !== null) {
    return `#${lineId(decodeURIComponent(blob[1] ?? ''), 'RIGHT', Number(blob[3] ?? blob[2]))}`
  }
  const file = files.find(({ path }) => diffId(path) === inDiff?.[1])
  if (inDiff === null || file === undefined) return url
  return `#${lineId(file.path, inDiff[2] === 'L' ? 'LEFT' : 'RIGHT', Number(inDiff[3]))}`
}

function diffId(path: string): string {
  return createHash('sha256').update(path).digest('hex')
}
