import { runGit } from './run-git.ts'

export interface GitCommit {
  readonly sha: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: string
  readonly at: string
  readonly message: string
}

/** The commits of `base..head`, oldest first, as GitHub lists them. */
export async function listCommits(gitDir: string, base: string, head: string): Promise<readonly GitCommit[]> {
  return readLog(gitDir, ['--reverse', '--topo-order', `${base}..${head}`])
}

export async function readCommit(gitDir: string, sha: string): Promise<GitCommit> {
  const [commit] = await readLog(gitDir, ['-1', sha])
  if (!commit) throw new Error(`no commit ${sha}`)
  return commit
}

async function readLog(gitDir: string, args: readonly string[]): Promise<readonly GitCommit[]> {
  const format = '--format=%H%x1f%T%x1f%P%x1f%an%x1f%at%x1f%B%x1e'
  const log = (await runGit(gitDir, ['log', format, ...args, '--'])).toString()
  return log
    .split('\x1e')
    .map((record) => record.replace(/^\n/, '').split('\x1f'))
    .filter((record) => record.length > 1)
    .map(([sha = '', tree = '', parents = '', author = '', at = '0', message = '']) => ({
      sha,
      tree,
      parents: parents.split(' ').filter(Boolean),
      author,
      at: new Date(Number(at) * 1000).toISOString().replace('.000Z', 'Z'),
      message: message.replace(/\n$/, ''),
    }))
}

export async function mergeBase(gitDir: string, base: string, head: string): Promise<string | null> {
  const found = runGit(gitDir, ['merge-base', base, head])
  return found.then(
    (sha) => sha.toString().trim(),
    () => null,
  )
}
