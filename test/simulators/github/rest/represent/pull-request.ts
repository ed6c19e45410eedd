import { associationOf } from '../../associations.ts'
import type { PullRequest, Repository, World } from '../../state.ts'
import { representAccount } from './account.ts'
import { repositoryPage, repositoryUrl, representRepository } from './repository.ts'

export function pullUrl(world: World, pull: PullRequest): string {
  return `${repositoryUrl(world, pull.repository)}/pulls/${pull.number}`
}

export function pullPage(world: World, pull: PullRequest): string {
  return `${repositoryPage(world, pull.repository)}/pull/${pull.number}`
}

/** GitHub REST, `pull-request-simple`: what lists have. */
export function representListedPull(world: World, pull: PullRequest) {
  const url = pullUrl(world, pull)
  const page = pullPage(world, pull)
  const repository = repositoryUrl(world, pull.repository)
  const links = {
    self: url,
    html: page,
    issue: `${repository}/issues/${pull.number}`,
    comments: `${repository}/issues/${pull.number}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${repository}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${repository}/statuses/${pull.headSha}`,
  }
  return {
    url,
    id: pull.id,
    node_id: pull.nodeId,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: links.issue,
    number: pull.number,
    state: pull.state,
    locked: pull.locked,
    title: pull.title,
    user: representAccount(world, pull.author),
    body: pull.body,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.merged ? pull.closedAt : null,
    merge_commit_sha: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: pull.labels.map((name, index) => ({
      id: pull.id + index + 1,
      node_id: `LA_${pull.id + index + 1}`,
      url: `${repository}/labels/${encodeURIComponent(name)}`,
      name,
      color: 'ededed',
      default: false,
      description: null,
    })),
    milestone: null,
    draft: pull.draft,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    head: branch(world, pull.headOwner, pull.headRepository, pull.headRef, pull.headSha),
    base: branch(world, pull.repository.owner, pull.repository, pull.baseRef, pull.baseSha),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    author_association: associationOf(pull, pull.author),
    auto_merge: null,
    active_lock_reason: null,
  }
}

/** GitHub REST, `pull-request`; webhooks carry the same object. */
export function representPull(world: World, pull: PullRequest) {
  return {
    ...representListedPull(world, pull),
    merged: pull.merged,
    mergeable: null,
    rebaseable: null,
    mergeable_state: 'unknown',
    merged_by: null,
    comments: pull.issueComments.length,
    review_comments: pull.reviews.flatMap((r) => (r.state === 'PENDING' ? [] : r.comments)).length,
    maintainer_can_modify: pull.headRepository !== pull.repository,
    commits: pull.commits.length,
    additions: pull.files.reduce((sum, file) => sum + file.additions, 0),
    deletions: pull.files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: pull.files.length,
  }
}

function branch(
  world: World,
  owner: PullRequest['headOwner'],
  repository: Repository | null,
  ref: string,
  sha: string,
) {
  return {
    label: `${owner.login}:${ref}`,
    ref,
    sha,
    user: representAccount(world, owner),
    repo: repository && representRepository(world, repository),
  }
}
