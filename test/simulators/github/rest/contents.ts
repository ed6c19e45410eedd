import { posix } from 'node:path'
import { findEntry, readTree, type TreeEntry } from '../git/read-tree.ts'
import type { Repository, World } from '../state.ts'
import { commitNamed } from './compare.ts'
import { GitHubError, notFound } from './errors.ts'
import { repositoryPage, repositoryUrl } from './represent/repository.ts'
import { type Answer, ok, type Route, repositoryOf } from './route.ts'

/** Source: GitHub REST, "Get repository content": up to 1 MB as JSON, up to 100 MB with the raw media type. */
const largestJson = 1024 * 1024
export const largestRaw = 100 * 1024 * 1024

/** Silently: further ones are only in the tree. */
const mostListed = 1000

interface Place {
  readonly world: World
  readonly repository: Repository
  readonly ref: string
  readonly commit: string
}

export const contentsRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/contents/{path}',
    permissions: ['contents:read'],
    handle: async (call) => {
      const repository = repositoryOf(call)
      const path = (call.parameters.path ?? '').replace(/\/$/, '')
      const ref = call.query.get('ref') ?? repository.defaultBranch
      const commit = await commitNamed(repository, ref)
      const place = { world: call.world, repository, ref, commit }
      const entry = path === '' ? null : await findEntry(repository.objects, commit, path)
      if (path !== '' && entry === null) throw notFound()
      if (entry === null || entry.type === 'tree') return listFolder(place, path)
      if (entry.mode !== '120000') return representFile(place, path, entry, call.accept)
      const target = await targetOf(place, path, entry)
      return target.entry === null
        ? ok({ ...representEntry(place, path, entry, Buffer.byteLength(target.text)), target: target.text })
        : representFile(place, target.path, target.entry, call.accept)
    },
  },
]

async function listFolder(place: Place, folder: string): Promise<Answer> {
  const { commit, repository } = place
  const found = await repository.objects.find(`${commit}:${folder}`)
  const entries = found === null ? [] : await readTree(repository.objects, found.oid)
  const listed = entries.slice(0, mostListed).map(async (entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    const object = entry.type === 'blob' ? await repository.objects.find(entry.oid) : null
    return representEntry(place, path, entry, object?.size ?? 0)
  })
  return ok(await Promise.all(listed))
}

/** "If the content is a symlink and the symlink's target is a normal file in the repository, then the API responds with the content of the file". */
async function targetOf({ commit, repository }: Place, path: string, { oid }: TreeEntry) {
  const text = (await repository.objects.read(oid)).toString()
  const target = posix.join(posix.dirname(path), text)
  const found = text.startsWith('/') ? null : await findEntry(repository.objects, commit, target)
  const isFile = found?.type === 'blob' && found.mode !== '120000'
  return { text, path: target, entry: isFile ? found : null }
}

async function representFile(place: Place, path: string, entry: TreeEntry, accept: string): Promise<Answer> {
  const { world, repository } = place
  if (entry.type === 'commit') {
    const submodule_git_url = `${world.url}/submodules/${entry.name}.git`
    return ok({ ...representEntry(place, path, entry, 0), type: 'submodule', submodule_git_url })
  }
  const bytes = await repository.objects.read(entry.oid)
  if (bytes.length > largestRaw) throw tooLarge()
  if (isRaw(accept)) return rawAnswer(bytes)
  const described = representEntry(place, path, entry, bytes.length)
  if (bytes.length <= largestJson) return ok({ ...described, ...inBase64(bytes) })
  if (!/application\/vnd\.github\.(?:v3\.)?object/.test(accept)) throw tooLarge()
  return ok({ ...described, encoding: 'none', content: '' })
}

export function isRaw(accept: string): boolean {
  return /application\/vnd\.github\.(?:v3\.)?raw/.test(accept)
}

export function rawAnswer(bytes: Buffer): Answer {
  return { status: 200, text: { content: bytes, type: 'application/vnd.github.raw; charset=utf-8' } }
}

/** In lines of 60, each with its end. */
export function inBase64(bytes: Buffer) {
  return { encoding: 'base64', content: bytes.toString('base64').replace(/.{1,60}/g, '$&\n') }
}

/** In lists a submodule is a "file", for backwards compatibility. */
function representEntry({ world, repository, ref }: Place, path: string, entry: TreeEntry, size: number) {
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  const url = `${repositoryUrl(world, repository)}/contents/${encoded}?ref=${encodeURIComponent(ref)}`
  const git = `${repositoryUrl(world, repository)}/git/${entry.type === 'blob' ? 'blobs' : 'trees'}/${entry.oid}`
  const html = `${repositoryPage(world, repository)}/blob/${ref}/${encoded}`
  return {
    name: entry.name,
    path,
    sha: entry.oid,
    size,
    url,
    html_url: html,
    git_url: git,
    download_url: entry.type === 'blob' ? `${repositoryPage(world, repository)}/raw/${ref}/${encoded}` : null,
    type: entry.type === 'tree' ? 'dir' : entry.mode === '120000' ? 'symlink' : 'file',
    _links: { self: url, git, html },
  }
}

export function tooLarge(): GitHubError {
  return new GitHubError(403, {
    message:
      'This API returns blobs up to 1 MB in size. The requested blob is too large to fetch via the API, but you can use the Git Data API to request blobs up to 100 MB in size.',
    errors: [{ resource: 'Blob', field: 'data', code: 'too_large' }],
  })
}
