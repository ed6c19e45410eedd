import { hash } from 'node:crypto'
import type { Anchor } from '../diff/anchor.ts'
import type { PullRequestRef } from '../pull-request.ts'
import { codeSpan } from './code.ts'

export type LinkTarget = {
  /** `https://github.com`, or a GitHub Enterprise Server. */
  readonly serverUrl: string
  readonly ref: PullRequestRef
  readonly headSha: string
}

/** Links to the lines: a permalink at the head, or, for deleted lines, their place in the pull request's diff. */
export function linkToLines(target: LinkTarget, anchor: Anchor): string {
  const repository = `${target.serverUrl}/${target.ref.owner}/${target.ref.repo}`
  if (anchor.side === 'LEFT') {
    const file = hash('sha256', anchor.path)
    return `${repository}/pull/${target.ref.number}/files#diff-${file}L${anchor.line}`
  }
  const path = anchor.path.split('/').map(encodeURIComponent).join('/')
  const lines = anchor.startLine === anchor.line ? `L${anchor.line}` : `L${anchor.startLine}-L${anchor.line}`
  return `${repository}/blob/${target.headSha}/${path}#${lines}`
}

/** `src/app.ts:41-42` as a link. Parentheses would end a Markdown link target. */
export function lineLink(target: LinkTarget, anchor: Anchor): string {
  const url = linkToLines(target, anchor).replaceAll('(', '%28').replaceAll(')', '%29')
  return `[${codeSpan(formatAnchor(anchor))}](${url})`
}

function formatAnchor(anchor: Anchor): string {
  const lines = anchor.startLine === anchor.line ? `${anchor.line}` : `${anchor.startLine}-${anchor.line}`
  return `${anchor.path}:${lines}${anchor.side === 'LEFT' ? ' (deleted)' : ''}`
}
