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

/** The SHA an expression names, or null when git does not know it. */
export async function resolveObject(gitDir: string, expression: string): Promise<string | null> {
  if (expression.startsWith('-')) return null
  const found = runGit(gitDir, ['rev-parse', '--verify', '--quiet', expression])
  return found.then(
    (sha) => sha.toString().trim(),
    () => null,
  )
}

export async function mergeBase(gitDir: string, base: string, head: string): Promise<string | null> {
  const found = runGit(gitDir, ['merge-base', base, head])
  return found.then(
    (sha) => sha.toString().trim(),
    () => null,
  )
}

export async function readBlob(gitDir: string, sha: string): Promise<Buffer> {
  return runGit(gitDir, ['cat-file', 'blob', sha])
}

export async function objectType(gitDir: string, sha: string): Promise<string> {
  return (await runGit(gitDir, ['cat-file', '-t', sha])).toString().trim()
}

export interface TreeEntry {
  readonly mode: string
  readonly type: string
  readonly sha: string
  readonly size: number
  readonly path: string
}

/** A path of a commit: one entry for a file, the children for a folder (`path` ending in a slash). */
export async function listTree(gitDir: string, sha: string, path: string): Promise<readonly TreeEntry[]> {
  const listing = (
    await runGit(gitDir, ['ls-tree', '-l', '-z', '--full-tree', sha, '--', ...(path === '' ? [] : [path])])
  ).toString()
  return listing
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const tab = line.indexOf('\t')
      const [mode = '', type = '', object = '', size = ''] = line.slice(0, tab).split(/ +/)
      return { mode, type, sha: object, size: Number(size) || 0, path: line.slice(tab + 1) }
    })
}
