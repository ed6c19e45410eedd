import { type AccountSpec, account } from './accounts.ts'
import { associate, type Role } from './associations.ts'
import type { JsonObject } from './json.ts'
import { type ReactionContent, react } from './reactions.ts'
import { commentsOf } from './rest/route.ts'
import { addComment, addReview, submitReview } from './reviews/write-review.ts'
import type { Account, AuthorAssociation, PullRequest, Thread, World } from './state.ts'
import { commentEvent, reviewCommentEvent } from './webhooks.ts'

/** What people do on a pull request. Where nobody is named it is the repository's owner. */
export interface SimulatedPeople {
  /** Says what somebody is to the repository. Of whom nothing was said is `NONE`, a stranger, unless owner or author. */
  associate(login: string, association: AuthorAssociation, role?: Role): void
  /** Posts an issue comment and returns the payload of its `issue_comment` event. */
  comment(body: string, author?: AccountSpec, association?: AuthorAssociation): JsonObject
  /** Posts a reply in a thread and returns the payload of its `pull_request_review_comment` event. */
  reply(
    rootCommentId: number,
    body: string,
    author?: AccountSpec,
    association?: AuthorAssociation,
  ): JsonObject
  resolve(rootCommentId: number, byLogin?: string): void
  unresolve(rootCommentId: number): void
  /** Reacts to a review comment or an issue comment. */
  react(commentId: number, content: ReactionContent, byLogin?: string): void
}

export function simulatedPeople(world: World, pull: PullRequest): SimulatedPeople {
  const { repository } = pull
  const person = (who?: AccountSpec, association?: AuthorAssociation): Account => {
    if (who && association) associate(world, repository, who, association)
    return who ? account(world, who) : repository.owner
  }
  const byLogin = (login?: string) => person(login === undefined ? undefined : { login })
  const threadOf = (rootCommentId: number): Thread => {
    const thread = pull.threads.find(({ comments }) => comments[0]?.id === rootCommentId)
    if (!thread) throw new Error(`no thread begins with comment ${rootCommentId}`)
    return thread
  }
  return {
    associate: (login, association, role) => associate(world, repository, { login }, association, role),
    comment: (body, author, association) => commentEvent(world, pull, body, person(author, association)),
    reply: (rootCommentId, body, author, association) => {
      const thread = threadOf(rootCommentId)
      // Every reply is a review of its own with an empty body.
      const review = addReview(world, pull, person(author, association), '', pull.headSha)
      const comment = addComment(world, review, thread, body)
      submitReview(world, review, 'COMMENTED')
      return reviewCommentEvent(world, comment)
    },
    resolve: (rootCommentId, login) => {
      threadOf(rootCommentId).resolvedBy = byLogin(login)
    },
    unresolve: (rootCommentId) => {
      threadOf(rootCommentId).resolvedBy = null
    },
    react: (commentId, content, login) => {
      const comments = [...commentsOf(pull), ...pull.issueComments]
      const comment = comments.find(({ id }) => id === commentId)
      if (!comment) throw new Error(`no comment ${commentId}`)
      react(world, comment, content, byLogin(login))
    },
  }
}
