import { associationOf } from '../../associations.ts'
import type { IssueComment, World } from '../../state.ts'
import { representAccount } from './account.ts'
import { pullPage } from './pull-request.ts'
import { representRollup } from './reaction.ts'
import { repositoryUrl } from './repository.ts'

/** GitHub REST, `issue-comment`. */
export function representIssueComment(world: World, comment: IssueComment) {
  const { pull } = comment
  const repository = repositoryUrl(world, pull.repository)
  const url = `${repository}/issues/comments/${comment.id}`
  return {
    url,
    html_url: `${pullPage(world, pull)}#issuecomment-${comment.id}`,
    issue_url: `${repository}/issues/${pull.number}`,
    id: comment.id,
    node_id: comment.nodeId,
    user: representAccount(world, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(pull, comment.author),
    body: comment.body,
    performed_via_github_app: null,
    reactions: representRollup(url, comment),
  }
}
