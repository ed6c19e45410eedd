import { nodeId, timestamp } from './accounts.ts'
import { associationOf } from './associations.ts'
import type { JsonObject } from './json.ts'
import { representAccount } from './rest/represent/account.ts'
import { representIssueComment } from './rest/represent/issue-comment.ts'
import { pullPage, pullUrl, representListedPull, representPull } from './rest/represent/pull-request.ts'
import { representRollup } from './rest/represent/reaction.ts'
import { repositoryUrl, representRepository } from './rest/represent/repository.ts'
import { representReviewComment } from './rest/represent/review-comment.ts'
import type { Account, IssueComment, PullRequest, Repository, ReviewComment, World } from './state.ts'

/** Source: GitHub docs, "Webhook events and payloads", `pull_request`. */
export function pullRequestEvent(
  world: World,
  pull: PullRequest,
  action: string,
  before: string,
  extra: JsonObject = {},
): JsonObject {
  return {
    action,
    number: pull.number,
    pull_request: representPull(world, pull),
    ...(action === 'synchronize' ? { before, after: pull.headSha } : {}),
    repository: representRepository(world, pull.repository),
    sender: representAccount(world, pull.author),
    ...extra,
  }
}

/** Source: GitHub docs, "Webhook events and payloads", `issue_comment`. */
export function commentEvent(world: World, pull: PullRequest, body: string, author: Account): JsonObject {
  const comment = addIssueComment(world, pull, body, author)
  const repository = repositoryUrl(world, pull.repository)
  const url = `${repository}/issues/${pull.number}`
  const shared = representPull(world, pull)
  return {
    action: 'created',
    issue: {
      url,
      repository_url: repository,
      labels_url: `${url}/labels{/name}`,
      comments_url: `${url}/comments`,
      events_url: `${url}/events`,
      html_url: pullPage(world, pull),
      id: pull.id,
      node_id: pull.nodeId,
      number: pull.number,
      title: pull.title,
      body: pull.body,
      user: shared.user,
      labels: shared.labels,
      state: pull.state,
      locked: pull.locked,
      assignee: null,
      assignees: [],
      milestone: null,
      comments: pull.issueComments.length,
      created_at: pull.createdAt,
      updated_at: pull.updatedAt,
      closed_at: pull.closedAt,
      author_association: associationOf(pull, pull.author),
      active_lock_reason: null,
      reactions: representRollup(url, { reactions: [] }),
      draft: pull.draft,
      pull_request: {
        url: pullUrl(world, pull),
        html_url: pullPage(world, pull),
        diff_url: shared.diff_url,
        patch_url: shared.patch_url,
        merged_at: shared.merged_at,
      },
    },
    comment: representIssueComment(world, comment),
    repository: representRepository(world, pull.repository),
    sender: representAccount(world, author),
  }
}

/** Source: GitHub docs, "Webhook events and payloads", `pull_request_review_comment`. */
export function reviewCommentEvent(world: World, comment: ReviewComment): JsonObject {
  const { pull } = comment.review
  return {
    action: 'created',
    comment: representReviewComment(world, comment),
    pull_request: representListedPull(world, pull),
    repository: representRepository(world, pull.repository),
    sender: representAccount(world, comment.author),
  }
}

/** Source: GitHub docs, "Webhook events and payloads", `workflow_dispatch`. */
export function workflowDispatchEvent(
  world: World,
  repository: Repository,
  inputs: Readonly<Record<string, string>>,
): JsonObject {
  return {
    inputs,
    ref: `refs/heads/${repository.defaultBranch}`,
    repository: representRepository(world, repository),
    sender: representAccount(world, repository.owner),
    workflow: '.github/workflows/patchpilot.yml',
  }
}

export function addIssueComment(
  world: World,
  pull: PullRequest,
  body: string,
  author: Account,
): IssueComment {
  const id = world.newId()
  const at = timestamp(world.now())
  const comment: IssueComment = {
    kind: 'issue comment',
    id,
    nodeId: nodeId('IC', id),
    pull,
    author,
    createdAt: at,
    reactions: [],
    updatedAt: at,
    body,
    minimizedReason: null,
  }
  world.nodes.set(comment.nodeId, comment)
  pull.issueComments.push(comment)
  pull.updatedAt = at
  return comment
}
