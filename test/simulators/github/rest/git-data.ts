import { type ListedEntry, listTree } from '../git/read-tree.ts'
import type { Repository, World } from '../state.ts'
import { inBase64, isRaw, largestRaw, rawAnswer, tooLarge } from './contents.ts'
import { GitHubError, notFound } from './errors.ts'
import { repositoryUrl } from './represent/repository.ts'
import { ok, type Route, repositoryOf } from './route.ts'

/** Source: GitHub REST, "Get a tree": at most 100,000 entries and 7 MB with `recursive`; any value of it will do. */
export const mostTreeEntries = 100_000
const largestTree = 7 * 1024 * 1024

export const gitDataRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/git/trees/{tree_sha}',
    permissions: ['contents:read'],
    handle: async (call) => {
      const { world } = call
      const repository = repositoryOf(call)
      const name = call.parameters.tree_sha ?? ''
      const asked = repository.branches.get(name) ?? name
      const [object, tree] = await Promise.all([
        repository.objects.find(asked),
        repository.objects.find(`${asked}^{tree}`),
      ])
      if (asked.includes(':') || !object || !tree) throw notFound()
      const recursive = call.query.has('recursive')
      const listed = await listTree(repository.gitDir, tree.oid, recursive)
      const entries = listed.map((entry) => representEntry(world, repository, entry))
      const shown = recursive ? withinLimits(entries, world.treeLimit) : entries
      return ok({
        sha: object.oid,
        url: `${repositoryUrl(world, repository)}/git/trees/${object.oid}`,
        tree: shown,
        truncated: shown.length < entries.length,
      })
    },
  },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/git/blobs/{file_sha}',
    permissions: ['contents:read'],
    handle: async (call) => {
      const repository = repositoryOf(call)
      const oid = call.parameters.file_sha ?? ''
      if (!/^[0-9a-f]{40}$/.test(oid)) throw notASha()
      const found = await repository.objects.find(oid)
      if (found?.type !== 'blob') throw notFound()
      if (found.size > largestRaw) throw tooLarge()
      const bytes = await repository.objects.read(oid)
      if (isRaw(call.accept)) return rawAnswer(bytes)
      const url = `${repositoryUrl(call.world, repository)}/git/blobs/${oid}`
      return ok({ sha: oid, node_id: `B_${oid}`, size: bytes.length, url, ...inBase64(bytes) })
    },
  },
]

/** A submodule's commit is elsewhere and has no URL here. */
function representEntry(world: World, repository: Repository, { path, mode, type, oid, size }: ListedEntry) {
  const url = `${repositoryUrl(world, repository)}/git/${type}s/${oid}`
  return {
    path,
    mode,
    type,
    sha: oid,
    ...(size === null ? {} : { size }),
    ...(type === 'commit' ? {} : { url }),
  }
}

function withinLimits<T>(entries: readonly T[], most: number): readonly T[] {
  let bytes = 0
  const firstBeyond = entries.findIndex((entry, index) => {
    bytes += Buffer.byteLength(JSON.stringify(entry)) + 1
    return index >= most || bytes > largestTree
  })
  return firstBeyond === -1 ? entries : entries.slice(0, firstBeyond)
}

function notASha(): GitHubError {
  return new GitHubError(422, {
    message: 'The sha parameter must be exactly 40 characters and contain only [0-9a-f].',
    documentation_url: 'https://docs.github.com/rest/git/blobs#get-a-blob',
  })
}
