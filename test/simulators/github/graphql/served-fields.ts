/** The part of GitHub's GraphQL schema the simulator can answer, type by type. */
export const servedFields: Readonly<Record<string, string>> = {
  Query: 'viewer repository rateLimit node',
  Mutation: `resolveReviewThread unresolveReviewThread minimizeComment addPullRequestReviewThreadReply
    deletePullRequestReview submitPullRequestReview`,
  User: 'id login url databaseId',
  Bot: 'id login url databaseId',
  Actor: 'login url',
  Node: 'id',
  GitObject: 'id oid abbreviatedOid',
  RateLimit: 'cost limit nodeCount remaining resetAt used',
  PageInfo: 'endCursor hasNextPage hasPreviousPage startCursor',
  Repository: 'id nameWithOwner name isPrivate isFork url defaultBranchRef object pullRequest owner',
  RepositoryOwner: 'id login url',
  Organization: 'id login url',
  Ref: 'id name prefix target',
  Blob: 'id oid abbreviatedOid byteSize isBinary isTruncated text',
  Tree: 'id oid abbreviatedOid entries',
  TreeEntry: 'name path type mode oid size object',
  Commit: 'id oid abbreviatedOid message messageHeadline messageBody committedDate',
  PullRequest: `id fullDatabaseId databaseId number title body state isDraft locked merged closed url permalink createdAt updatedAt
    headRefOid baseRefOid headRefName baseRefName headRepository baseRepository isCrossRepository changedFiles
    additions deletions author authorAssociation labels commits reviews reviewThreads files comments`,
  LabelConnection: 'nodes totalCount pageInfo',
  Label: 'id name',
  PullRequestCommitConnection: 'nodes totalCount pageInfo',
  PullRequestCommit: 'id commit',
  PullRequestReviewConnection: 'nodes edges totalCount pageInfo',
  PullRequestReviewEdge: 'cursor node',
  PullRequestReview: `id fullDatabaseId databaseId url body state viewerDidAuthor author authorAssociation createdAt
    submittedAt publishedAt updatedAt commit comments isMinimized minimizedReason pullRequest viewerCanDelete`,
  PullRequestReviewCommentConnection: 'nodes totalCount pageInfo',
  PullRequestReviewComment: `id fullDatabaseId databaseId url body path line startLine originalLine originalStartLine
    outdated viewerDidAuthor author authorAssociation createdAt updatedAt publishedAt diffHunk isMinimized
    minimizedReason reactions reactionGroups replyTo commit originalCommit state subjectType pullRequestReview pullRequest`,
  PullRequestReviewThreadConnection: 'nodes totalCount pageInfo',
  PullRequestReviewThread: `id isResolved isOutdated isCollapsed path line startLine originalLine originalStartLine
    diffSide startDiffSide subjectType resolvedBy viewerCanResolve viewerCanUnresolve viewerCanReply comments`,
  PullRequestChangedFileConnection: 'nodes totalCount pageInfo',
  PullRequestChangedFile: 'path additions deletions changeType',
  IssueCommentConnection: 'nodes totalCount pageInfo',
  IssueComment: `id fullDatabaseId databaseId url body author authorAssociation createdAt updatedAt viewerDidAuthor isMinimized
    minimizedReason reactions reactionGroups`,
  ReactionConnection: 'nodes totalCount pageInfo viewerHasReacted',
  Reaction: 'id databaseId content createdAt user',
  ReactionGroup: 'content createdAt viewerHasReacted reactors',
  ReactorConnection: 'totalCount',
  Minimizable: 'isMinimized minimizedReason',
  ResolveReviewThreadPayload: 'clientMutationId thread',
  UnresolveReviewThreadPayload: 'clientMutationId thread',
  MinimizeCommentPayload: 'clientMutationId minimizedComment',
  AddPullRequestReviewThreadReplyPayload: 'clientMutationId comment',
  DeletePullRequestReviewPayload: 'clientMutationId pullRequestReview',
  SubmitPullRequestReviewPayload: 'clientMutationId pullRequestReview',
}
