import { commitFiles, mergedTree } from './commit-files.ts'
import { type GitCommit, readCommit } from './read-git.ts'

export interface Rebase {
  readonly commits: readonly GitCommit[]
  readonly onto: string
  readonly at: Date
  /** A ref that nobody else uses; it is left on the last commit. */
  readonly scratchRef: string
}

/** What `git rebase` does: every commit's own change again on another one, without merges and without what is there already. */
export async function rebase(gitDir: string, { commits, onto, at, scratchRef }: Rebase): Promise<string> {
  let tip = await readCommit(gitDir, onto)
  for (const commit of commits) {
    const [parent] = commit.parents
    if (parent === undefined || commit.parents.length > 1) continue
    const { message, author } = commit
    const make = (parents: readonly string[], tree: string) =>
      commitFiles(gitDir, { refs: [scratchRef], parents, tree, message, author, at, files: {} })
    // A merge whose base is the commit's parent applies the commit's own change.
    const tree = await mergedTree(gitDir, await make([parent], tip.tree), commit.sha)
    if (tree !== tip.tree) tip = await readCommit(gitDir, await make([tip.sha], tree))
  }
  return tip.sha
}
