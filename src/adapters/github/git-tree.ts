import * as v from 'valibot'
import type { GitHubApi } from './api.ts'

export type RepositoryName = { readonly owner: string; readonly repo: string }

const GitTree = v.object({
  tree: v.array(
    v.object({
      path: v.string(),
      mode: v.string(),
      type: v.picklist(['blob', 'tree', 'commit']),
      sha: v.string(),
      /** Of blobs. */
      size: v.optional(v.number()),
    }),
  ),
  truncated: v.optional(v.boolean(), false),
})
export type GitTree = v.InferOutput<typeof GitTree>
export type GitTreeEntry = GitTree['tree'][number]

/**
 * What is in a tree, or in a commit's tree; with `recursive` up to 100,000 entries of all that is below it.
 * https://docs.github.com/en/rest/git/trees#get-a-tree
 */
export async function readGitTree(
  api: GitHubApi,
  repository: RepositoryName,
  treeSha: string,
  depth: 'flat' | 'recursive',
  signal: AbortSignal,
): Promise<GitTree> {
  const parameters = {
    ...{ ...repository, tree_sha: treeSha },
    ...(depth === 'recursive' ? { recursive: '1' } : {}),
  }
  const { data } = await api.read('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', parameters, signal)
  return v.parse(GitTree, data)
}
