import { timestamp } from './accounts.ts'
import { commitFiles, type FileChanges, mergedTree, type NewCommit } from './git/commit-files.ts'
import { diffCommits } from './git/diff-commits.ts'
import { listCommits, mergeBase, readCommit } from './git/read-git.ts'
import { rebase } from './git/rebase.ts'
import { runGit } from './git/run-git.ts'
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
  const [ours = '', theirs] = parents
  return toHead(world, pull, {
    parents,
    ...(theirs === undefined ? {} : { tree: await mergedTree(gitDir, ours, theirs) }),
    message,
    files,
    renames,
  })
}

/** The pull request's own commits again, on the tip of its base branch. */
export async function rebaseHead(world: World, pull: PullRequest): Promise<string> {
  const { gitDir } = pull.repository
  const scratchRef = `refs/rebase/${pull.number}`
  const onto = branchTip(pull.repository, pull.baseRef)
  const rebased = await rebase(gitDir, { commits: pull.commits, onto, at: world.now(), scratchRef })
  for (const ref of headRefs(pull)) await runGit(gitDir, ['update-ref', ref, rebased])
  await moveHead(world, pull, rebased)
  return rebased
}

/** One commit with the head's content, where the pull request left its base branch. */
export async function squashHead(world: World, pull: PullRequest): Promise<string> {
  const { gitDir } = pull.repository
  const { tree } = await readCommit(gitDir, pull.headSha)
  const parents = [(await mergeBase(gitDir, pull.baseSha, pull.headSha)) ?? pull.baseSha]
  return toHead(world, pull, { parents, tree, message: pull.title, files: {} })
}

async function toHead(
  world: World,
  pull: PullRequest,
  commit: Omit<NewCommit, 'refs' | 'author' | 'at'>,
): Promise<string> {
  const made = { ...commit, refs: headRefs(pull), author: pull.author.login, at: world.now() }
  const sha = await commitFiles(pull.repository.gitDir, made)
  await moveHead(world, pull, sha)
  return sha
}

function headRefs(pull: PullRequest): readonly string[] {
  const branch =
    pull.headRepository === pull.repository
      ? `refs/heads/${pull.headRef}`
      : `refs/forks/${pull.headOwner.id}/${pull.headRef}`
  return [branch, `refs/pull/${pull.number}/head`]
}

/** Makes a commit the head and brings everything that depends on it up to date, all at once for readers. */
async function moveHead(world: World, pull: PullRequest, headSha: string): Promise<void> {
  const { gitDir } = pull.repository
  const baseSha = branchTip(pull.repository, pull.baseRef)
  const hasThreads = pull.threads.length > 0
  const [files, commits, sinceLastHead, sinceLastBase] = await Promise.all([
    diffCommits(gitDir, `${baseSha}...${headSha}`),
    listCommits(gitDir, baseSha, headSha),
    hasThreads ? diffCommits(gitDir, `${pull.headSha}..${headSha}`) : [],
    hasThreads ? changedBelow(gitDir, pull, baseSha, headSha) : [],
  ])
  pull.headRepository?.branches.set(pull.headRef, headSha)
  Object.assign(pull, { headSha, baseSha, files, commits, updatedAt: timestamp(world.now()) })
  moveAnchors(pull, { LEFT: mapLines(sinceLastBase), RIGHT: mapLines(sinceLastHead) })
  // After a force-push GitHub shows old reviews on the new head, as if they had covered it.
  const known = new Set(commits.map(({ sha }) => sha))
  for (const review of pull.reviews) {
    if (!known.has(review.commitId)) review.commitId = headSha
    for (const comment of review.comments) {
      if (!comment.thread.outdated) comment.commitId = headSha
    }
  }
}

/** What changed between the commits that the diff is against, before and now: deleted lines move with them. */
async function changedBelow(gitDir: string, pull: PullRequest, baseSha: string, headSha: string) {
  const [before, now] = await Promise.all([
    mergeBase(gitDir, pull.baseSha, pull.headSha),
    mergeBase(gitDir, baseSha, headSha),
  ])
  return before === null || now === null || before === now ? [] : diffCommits(gitDir, `${before}..${now}`)
}
