import { timestamp } from './accounts.ts'
import { commitFiles, type FileChanges, mergedTree } from './git/commit-files.ts'
import { diffCommits } from './git/diff-commits.ts'
import { listCommits } from './git/read-git.ts'
import { mapLines } from './reviews/map-lines.ts'
import { moveAnchors } from './reviews/move-anchors.ts'
import type { PullRequest, Repository, World } from './state.ts'

export function branchTip(repository: Repository, ref: string): string {
  const sha = repository.branches.get(ref)
  if (sha === undefined) throw new Error(`no branch ${ref}`)
  return sha
}

/** A commit on the head branch, made from the given parents, which becomes the head. */
export async function commitToHead(
  world: World,
  pull: PullRequest,
  parents: readonly string[],
  files: FileChanges,
  message: string,
  renames: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { gitDir } = pull.repository
  const branch =
    pull.headRepository === pull.repository
      ? `refs/heads/${pull.headRef}`
      : `refs/forks/${pull.headOwner.id}/${pull.headRef}`
  const [ours = '', theirs] = parents
  const sha = await commitFiles(gitDir, {
    refs: [branch, `refs/pull/${pull.number}/head`],
    parents,
    ...(theirs === undefined ? {} : { tree: await mergedTree(gitDir, ours, theirs) }),
    message,
    author: pull.author.login,
    at: world.now(),
    files,
    renames,
  })
  pull.headRepository?.branches.set(pull.headRef, sha)
  await moveHead(world, pull, sha)
  return sha
}

/** Makes a commit the head and brings everything that depends on it up to date, all at once for readers. */
async function moveHead(world: World, pull: PullRequest, headSha: string): Promise<void> {
  const { gitDir } = pull.repository
  const baseSha = branchTip(pull.repository, pull.baseRef)
  const [files, commits, sinceLastHead] = await Promise.all([
    diffCommits(gitDir, `${baseSha}...${headSha}`),
    listCommits(gitDir, baseSha, headSha),
    pull.threads.length === 0 ? [] : diffCommits(gitDir, `${pull.headSha}..${headSha}`),
  ])
  Object.assign(pull, { headSha, baseSha, files, commits, updatedAt: timestamp(world.now()) })
  moveAnchors(pull, mapLines(sinceLastHead))
  // After a force-push GitHub shows old reviews on the new head, as if they had covered it.
  const known = new Set(commits.map(({ sha }) => sha))
  for (const review of pull.reviews) {
    if (!known.has(review.commitId)) review.commitId = headSha
    for (const comment of review.comments) {
      if (!comment.thread.outdated) comment.commitId = headSha
    }
  }
}
