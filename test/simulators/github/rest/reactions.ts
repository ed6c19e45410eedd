import { text } from '../json.ts'
import { isReactionContent, type Reactable, react } from '../reactions.ts'
import { notAccessible, notFound } from './errors.ts'
import { issueCommentOf } from './issue-comments.ts'
import { paginated } from './paginate.ts'
import { representReaction } from './represent/reaction.ts'
import { type Call, type Route, reviewCommentOf, viewerToken } from './route.ts'

/**
 * Reactions to both kinds of comments. On a pull request they need `pull_requests: write`, also where the path says issues;
 * `issues: write` alone is refused. Seen by MakieOrg/Makie.jl#5644, who tried both, and NOFireAI/ravel#347.
 */
export const reactionRoutes: readonly Route[] = [
  ...routesOf('/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', issueCommentOf),
  ...routesOf('/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions', reviewCommentOf),
]

function routesOf(template: string, subjectOf: (call: Call) => Reactable): readonly Route[] {
  return [
    {
      method: 'GET',
      template,
      permissions: ['pull_requests:read'],
      handle: (call) => {
        const content = call.query.get('content')
        const { reactions } = subjectOf(call)
        const asked = reactions.filter((reaction) => content === null || reaction.content === content)
        return paginated(call, asked, (reaction) => representReaction(call.world, reaction))
      },
    },
    {
      method: 'POST',
      template,
      permissions: ['pull_requests:write'],
      handle: (call) => {
        const content = text(call.body, 'content')
        if (!isReactionContent(content)) throw new Error('the schema lets no other content through')
        const { account } = viewerToken(call)
        const { reaction, isNew } = react(call.world, subjectOf(call), content, account)
        return { status: isNew ? 201 : 200, json: representReaction(call.world, reaction) }
      },
    },
    {
      method: 'DELETE',
      template: `${template}/{reaction_id}`,
      permissions: ['pull_requests:write'],
      handle: (call) => {
        const { reactions } = subjectOf(call)
        const reaction = reactions.find(({ id }) => String(id) === call.parameters.reaction_id)
        if (!reaction) throw notFound()
        if (reaction.author !== viewerToken(call).account) throw notAccessible()
        reactions.splice(reactions.indexOf(reaction), 1)
        return { status: 204 }
      },
    },
  ]
}
