import { runGit } from './run-git.ts'

export type FileMode = '100644' | '100755' | '120000' | '160000'

/** What a commit does to one path. `null` deletes it; for mode 160000 the content is the submodule's commit. */
export type FileChange =
  | string
  | Buffer
  | null
  | { readonly content: string | Buffer; readonly mode: FileMode }
export type FileChanges = Readonly<Record<string, FileChange>>

export interface NewCommit {
  /** Every ref that will point at the commit. */
  readonly refs: readonly string[]
  readonly parents: readonly string[]
  /** The tree to start from, when it is not the first parent's: a merge. */
  readonly tree?: string
  readonly message: string
  readonly author: string
  readonly at: Date
  readonly files: FileChanges
  readonly renames?: Readonly<Record<string, string>>
}

/** One pack a commit, neither compressed nor as deltas: nobody keeps it. */
const inHaste = ['-c', 'fastimport.unpackLimit=1', '-c', 'core.compression=0']

/** Makes one commit with one git process and returns its SHA. */
export async function commitFiles(gitDir: string, commit: NewCommit): Promise<string> {
  const ref = commit.refs[0]
  if (ref === undefined) throw new Error('a commit needs a ref')
  const who = `${commit.author} <${commit.author}@users.noreply.github.com> ${Math.floor(commit.at.getTime() / 1000)} +0000`
  const [parent, ...merged] = commit.parents
  const stream = [
    `reset ${ref}\n\ncommit ${ref}\nmark :1\nauthor ${who}\ncommitter ${who}\n`,
    data(commit.message),
    parent === undefined ? '' : `from ${parent}\n`,
    ...merged.map((sha) => `merge ${sha}\n`),
    commit.tree === undefined ? '' : `M 040000 ${commit.tree} ""\n`,
    ...Object.entries(commit.renames ?? {}).map(([from, to]) => `R ${quoted(from)} ${quoted(to)}\n`),
    ...Object.entries(commit.files).flatMap(([path, change]) => fileCommand(path, change)),
    '\n',
    ...commit.refs.slice(1).map((other) => `reset ${other}\nfrom :1\n\n`),
    'get-mark :1\ndone\n',
  ]
  const input = Buffer.concat(stream.map((part) => Buffer.from(part)))
  return (await fastImport(gitDir, input)).toString().trim()
}

/** Two imports of the same content at once want a file of the same name: whoever comes second tries again. */
async function fastImport(gitDir: string, input: Buffer, tries = 5): Promise<Buffer> {
  try {
    return await runGit(
      gitDir,
      [...inHaste, 'fast-import', '--depth=0', '--quiet', '--force', '--done'],
      input,
    )
  } catch (error) {
    if (tries === 1 || !String(error).includes('cannot create keep file')) throw error
    return fastImport(gitDir, input, tries - 1)
  }
}

function fileCommand(path: string, change: FileChange): (string | Buffer)[] {
  if (change === null) return [`D ${quoted(path)}\n`]
  const { content, mode } =
    typeof change === 'string' || Buffer.isBuffer(change)
      ? { content: change, mode: '100644' as const }
      : change
  if (mode === '160000') return [`M 160000 ${content.toString()} ${quoted(path)}\n`]
  return [`M ${mode} inline ${quoted(path)}\n`, data(content)]
}

function data(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')])
}

function quoted(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

/** The tree that merging two commits gives; fails on a conflict. */
export async function mergedTree(gitDir: string, ours: string, theirs: string): Promise<string> {
  return (await runGit(gitDir, ['merge-tree', '--write-tree', ours, theirs])).toString().trim()
}
