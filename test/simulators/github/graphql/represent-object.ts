import type { GitObject } from '../git/batch-reader.ts'
import { readCommit } from '../git/read-git.ts'
import { readTree, type TreeEntry } from '../git/read-tree.ts'
import type { Repository } from '../state.ts'
import { representCommit } from './represent-commit.ts'

/** `text` of larger blobs is cut and `isTruncated` true. */
const longestText = 512 * 1000

/** What an expression or an id names: null where git knows nothing, or only a submodule's commit. */
export async function findObject(
  repository: Repository,
  { expression, oid }: { readonly expression?: string | null; readonly oid?: string | null },
) {
  if (oid != null && !/^[0-9a-f]{40}$/.test(oid)) return null
  const found = await repository.objects.find(oid ?? expression ?? '')
  if (found === null) return null
  const [, path] = oid == null ? (expression ?? '').split(/:(.*)/s) : []
  return representObject(repository, found, path?.replace(/\/$/, '') ?? '')
}

async function representObject(repository: Repository, object: GitObject, path: string) {
  const { oid, type } = object
  const common = { id: `OBJ_${oid}`, oid, abbreviatedOid: oid.slice(0, 7) }
  switch (type) {
    case 'commit':
      return representCommit(await readCommit(repository.gitDir, oid))
    case 'tree':
      return { ...common, __typename: 'Tree', entries: () => representEntries(repository, oid, path) }
    case 'blob':
      return { ...common, __typename: 'Blob', byteSize: object.size, ...representText(repository, object) }
    case 'tag':
      return null
  }
}

async function representEntries(repository: Repository, oid: string, folder: string) {
  const entries = await readTree(repository.objects, oid)
  return entries.map((entry) => representEntry(repository, entry, folder))
}

/** `path` starts at the root where the expression did, otherwise at the tree. */
function representEntry(repository: Repository, { mode, type, oid, name }: TreeEntry, folder: string) {
  const path = folder === '' ? name : `${folder}/${name}`
  const find = async () => (type === 'commit' ? null : repository.objects.find(oid))
  return {
    __typename: 'TreeEntry',
    name,
    path,
    type,
    oid,
    mode: Number.parseInt(mode, 8),
    size: async () => (type === 'blob' ? ((await find())?.size ?? 0) : 0),
    object: async () => {
      const found = await find()
      return found && representObject(repository, found, path)
    },
  }
}

function representText({ objects }: Repository, { oid, size }: GitObject) {
  let reading: Promise<Buffer> | undefined
  const read = () => {
    reading ??= objects.read(oid)
    return reading
  }
  const isBinary = async () => (await read()).subarray(0, 8000).includes(0)
  return {
    isBinary,
    isTruncated: async () => size > longestText && !(await isBinary()),
    text: async () => ((await isBinary()) ? null : (await read()).toString('utf8', 0, longestText)),
  }
}
