import type { Place, Source } from '../../ports/source-reader.ts'
import type { GitHubApi } from './api.ts'
import { type GitTreeEntry, readGitTree, type RepositoryName } from './git-tree.ts'
import { inParallel } from './in-parallel.ts'
import { kindOf, largestTogether } from './source-reader-graphql.ts'

/** https://docs.github.com/en/rest/git/blobs#get-a-blob */
export const rawMediaType = 'application/vnd.github.raw+json'

const mostPlacesAtOnce = 6

/**
 * The same as by GraphQL, in many requests. Git's own objects, because the contents API follows symbolic links and lists
 * no more than 1,000 files of a folder. https://docs.github.com/en/rest/repos/contents#get-repository-content
 */
export function readSourcesByRest(
  api: GitHubApi,
  repository: RepositoryName,
  places: readonly Place[],
  signal: AbortSignal,
): Promise<(Source | null)[]> {
  const objects = new GitObjects(api, repository, signal)
  return inParallel(places, mostPlacesAtOnce, (place) => objects.source(place))
}

type Folder = ReadonlyMap<string, GitTreeEntry>
type Found = Pick<GitTreeEntry, 'type' | 'sha' | 'size'>

class GitObjects {
  readonly #api: GitHubApi
  readonly #repository: RepositoryName
  readonly #signal: AbortSignal
  readonly #folders = new Map<string, Promise<Folder>>()

  constructor(api: GitHubApi, repository: RepositoryName, signal: AbortSignal) {
    this.#api = api
    this.#repository = repository
    this.#signal = signal
  }

  async source(place: Place): Promise<Source | null> {
    const found = await this.#find(place)
    switch (found?.type) {
      case 'blob':
        return this.#file(found)
      case 'tree': {
        const entries = [...(await this.#folder(found.sha)).values()]
        return {
          kind: 'folder',
          entries: entries.map(({ path: name, type, size }) => ({
            ...{ name, kind: kindOf(type) },
            byteSize: type === 'blob' ? (size ?? null) : null,
          })),
        }
      }
      default:
        return null
    }
  }

  async #find({ commit, path }: Place): Promise<Found | null> {
    let found: Found = { type: 'tree', sha: commit }
    for (const name of path === '' ? [] : path.split('/')) {
      const next = found.type === 'tree' ? (await this.#folder(found.sha)).get(name) : undefined
      if (next === undefined) return null
      found = next
    }
    return found
  }

  /** Each is read once, wherever it stands. */
  #folder(sha: string): Promise<Folder> {
    const known = this.#folders.get(sha)
    if (known !== undefined) return known
    const read = readGitTree(this.#api, this.#repository, sha, 'flat', this.#signal).then(
      ({ tree }): Folder => new Map(tree.map((entry) => [entry.path, entry])),
    )
    this.#folders.set(sha, read)
    return read
  }

  async #file({ sha, size = 0 }: Found): Promise<Source> {
    if (size > largestTogether) return { kind: 'large', byteSize: size }
    const route = 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}'
    const parameters = { ...this.#repository, file_sha: sha }
    const { bytes } = await this.#api.readBytes(route, parameters, this.#signal, rawMediaType)
    const text = textOf(bytes)
    return text === null ? { kind: 'binary' } : { kind: 'text', text }
  }
}

/** How far git looks for a NUL before it calls a file text. https://github.com/git/git/blob/master/xdiff-interface.c */
const mostBytesLookedAt = 8000

/** Every byte of it, a byte order mark included; null for a binary file. */
export function textOf(bytes: Uint8Array): string | null {
  if (bytes.subarray(0, mostBytesLookedAt).includes(0)) return null
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
}
