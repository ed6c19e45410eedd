import type { ObjectType } from './batch-reader.ts'
import type { ObjectStore } from './object-store.ts'
import { runGit } from './run-git.ts'

export interface TreeEntry {
  /** Six digits. */
  readonly mode: string
  /** `commit` is a submodule. */
  readonly type: ObjectType
  readonly oid: string
  readonly name: string
}

/** The entries of one folder, in git's order. */
export async function readTree(objects: ObjectStore, oid: string): Promise<readonly TreeEntry[]> {
  const bytes = await objects.read(oid)
  const entries: TreeEntry[] = []
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(' ', at)
    const nul = bytes.indexOf(0, space)
    const mode = bytes.toString('latin1', at, space).padStart(6, '0')
    entries.push({
      mode,
      type: mode === '040000' ? 'tree' : mode === '160000' ? 'commit' : 'blob',
      oid: bytes.toString('hex', nul + 1, nul + 21),
      name: bytes.toString('utf8', space + 1, nul),
    })
    at = nul + 21
  }
  return entries
}

/** What stands at a path of a commit, which is not the root; null when nothing does. */
export async function findEntry(
  objects: ObjectStore,
  commit: string,
  path: string,
): Promise<TreeEntry | null> {
  const slash = path.lastIndexOf('/')
  const folder = await objects.find(`${commit}:${path.slice(0, Math.max(slash, 0))}`)
  if (folder?.type !== 'tree') return null
  const entries = await readTree(objects, folder.oid)
  return entries.find(({ name }) => name === path.slice(slash + 1)) ?? null
}

export interface ListedEntry {
  readonly mode: string
  readonly type: string
  readonly oid: string
  /** null for folders and submodules. */
  readonly size: number | null
  readonly path: string
}

/** A tree as a list: its own entries or all below it, every folder before what is in it. */
export async function listTree(
  gitDir: string,
  oid: string,
  recursive: boolean,
): Promise<readonly ListedEntry[]> {
  const listing = await runGit(gitDir, ['ls-tree', '-l', '-z', ...(recursive ? ['-r', '-t'] : []), oid])
  return listing
    .toString()
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const tab = line.indexOf('\t')
      const [mode = '', type = '', object = '', size = ''] = line.slice(0, tab).split(/ +/)
      return {
        mode,
        type,
        oid: object,
        size: size === '-' ? null : Number(size),
        path: line.slice(tab + 1),
      }
    })
}
