import { structuredPatch } from 'diff'
import { diffRows } from './diff-rows.ts'
import type { CommentView, FileView, PullRequestView } from './pull-request-view.ts'
import { recordedAnswer, scenario } from './scenario.ts'

/** The demo's pull request as it would read with the recorded answer posted, without GitHub or the action. */
export function reviewedPullRequest(): PullRequestView {
  const files = Object.keys(scenario.after).toSorted().map(fileView)
  const comments = recordedAnswer.findings.slice(0, 5).map(
    (finding): CommentView => ({
      author: 'github-actions[bot]',
      path: finding.path,
      side: finding.side,
      line: finding.end_line,
      startLine: finding.start_line === finding.end_line ? null : finding.start_line,
      body: [
        '<!-- patchpilot:finding -->',
        `**${finding.title}**`,
        '',
        finding.body,
        ...(finding.suggestion === null ? [] : ['', '```suggestion', finding.suggestion, '```']),
      ].join('\n'),
    }),
  )
  const body = `<!-- patchpilot:review -->\n## PatchPilot: 9 findings\n\n${recordedAnswer.summary}`
  return {
    repository: `${scenario.owner}/${scenario.name}`,
    number: 1,
    title: scenario.title,
    body: scenario.body,
    author: scenario.author.login,
    baseRef: 'main',
    headRef: scenario.branch,
    headSha: '0'.repeat(40),
    files,
    reviews: [{ id: 1, author: 'github-actions[bot]', state: 'COMMENTED', body, comments }],
  }
}

function fileView(path: string): FileView {
  const before = scenario.before[path]
  const { hunks } = structuredPatch(path, path, before ?? '', scenario.after[path] ?? '', '', '', {
    context: 3,
  })
  const patch = hunks
    .flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
      ...lines,
    ])
    .join('\n')
  const count = (kind: string) => diffRows(patch).filter((row) => row.kind === kind).length
  const status = before === undefined ? 'added' : 'modified'
  return { path, status, additions: count('added'), deletions: count('deleted'), patch }
}
