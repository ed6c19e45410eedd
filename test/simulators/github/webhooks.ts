import { nodeId, timestamp } from './accounts.ts'
import type { JsonObject } from './json.ts'
import { representAccount } from './rest/represent/account.ts'
import { representIssueComment } from './rest/represent/issue-comment.ts'
import { pullPage, pullUrl, representPull } from './rest/represent/pull-request.ts'
import { repositoryUrl, representRepository } from './rest/represent/repository.ts'
import type { Account, AuthorAssociation, IssueComment, PullRequest, Repository, World } from './state.ts'

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
export function commentEvent(
  world: World,
  pull: PullRequest,
  body: string,
  author: Account,
  association: AuthorAssociation,
): JsonObject {
  const comment = addIssueComment(world, pull, body, author, association)
  const repository = repositoryUrl(world, pull.repository)
  const shared = representPull(world, pull)
  return {
    action: 'created',
    issue: {
      url: `${repository}/issues/${pull.number}`,
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
      assignees: [],
      comments: pull.issueComments.length,
      created_at: pull.createdAt,
      updated_at: pull.updatedAt,
      closed_at: pull.closedAt,
      author_association: pull.authorAssociation,
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
  authorAssociation: AuthorAssociation,
): IssueComment {
  const id = world.newId()
  const at = timestamp(world.now())
  const comment: IssueComment = {
    kind: 'issue comment',
    id,
    nodeId: nodeId('IC', id),
    pull,
    author,
    authorAssociation,
    createdAt: at,
    updatedAt: at,
    body,
    minimizedReason: null,
  }
  world.nodes.set(comment.nodeId, comment)
  pull.issueComments.push(comment)
  pull.updatedAt = at
  return comment
}
