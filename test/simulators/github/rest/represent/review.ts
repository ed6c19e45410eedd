import { associationOf } from '../../associations.ts'
import type { Review, World } from '../../state.ts'
import { representAccount } from './account.ts'
import { pullPage, pullUrl } from './pull-request.ts'

/** GitHub REST, `pull-request-review`: without its comments, and without `submitted_at` while pending. */
export function representReview(world: World, review: Review) {
  const page = `${pullPage(world, review.pull)}#pullrequestreview-${review.id}`
  return {
    id: review.id,
    node_id: review.nodeId,
    user: representAccount(world, review.author),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pullUrl(world, review.pull),
    author_association: associationOf(review.pull, review.author),
    _links: { html: { href: page }, pull_request: { href: pullUrl(world, review.pull) } },
    ...(review.submittedAt === null ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commitId,
  }
}
