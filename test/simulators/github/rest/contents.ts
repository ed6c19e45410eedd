import { listTree, readBlob, type TreeEntry } from '../git/read-git.ts'
import type { Repository, World } from '../state.ts'
import { commitNamed } from './compare.ts'
import { GitHubError, notFound } from './errors.ts'
import { repositoryPage, repositoryUrl } from './represent/repository.ts'
import { type Answer, ok, type Route, repositoryOf } from './route.ts'

/** Source: GitHub REST, "Get repository content": up to 1 MB as JSON, up to 100 MB with the raw media type. */
const largestJson = 1024 * 1024
const largestRaw = 100 * 1024 * 1024

export const contentsRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/contents/{path}',
    permissions: ['contents:read'],
    handle: async (call) => {
      const repository = repositoryOf(call)
      const path = (call.parameters.path ?? '').replace(/\/$/, '')
      const ref = call.query.get('ref') ?? repository.defaultBranch
      const sha = await commitNamed(repository, ref)
      const [entry] = path === '' ? [] : await listTree(repository.gitDir, sha, path)
      if (path !== '' && !entry) throw notFound()
      if (!entry || entry.type === 'tree') {
        const children = await listTree(repository.gitDir, sha, path === '' ? '' : `${path}/`)
        return ok(children.map((child) => representEntry(call.world, repository, child, ref)))
      }
      return representFile(call.world, repository, entry, ref, call.accept)
    },
  },
]

async function representFile(
  world: World,
  repository: Repository,
  entry: TreeEntry,
  ref: string,
  accept: string,
): Promise<Answer> {
  if (entry.type === 'commit') {
    return ok({
      ...representEntry(world, repository, entry, ref),
      submodule_git_url: null,
      type: 'submodule',
    })
  }
  const bytes = await readBlob(repository.gitDir, entry.sha)
  if (bytes.length > largestRaw) throw tooLarge()
  if (/application\/vnd\.github\.(?:v3\.)?raw/.test(accept)) {
    return { status: 200, text: { content: bytes, type: 'application/vnd.github.raw; charset=utf-8' } }
  }
  const described = representEntry(world, repository, entry, ref)
  if (entry.mode === '120000') return ok({ ...described, type: 'symlink', target: bytes.toString() })
  if (bytes.length > largestJson) {
    if (!/application\/vnd\.github\.(?:v3\.)?object/.test(accept)) throw tooLarge()
    return ok({ ...described, encoding: 'none', content: '' })
  }
  const content = bytes.toString('base64').replace(/.{60}/g, '$&\n')
  return ok({ ...described, encoding: 'base64', content: content === '' ? '' : `${content.trimEnd()}\n` })
}

function representEntry(world: World, repository: Repository, entry: TreeEntry, ref: string) {
  const path = entry.path.split('/').map(encodeURIComponent).join('/')
  const url = `${repositoryUrl(world, repository)}/contents/${path}?ref=${encodeURIComponent(ref)}`
  const git = `${repositoryUrl(world, repository)}/git/${entry.type === 'tree' ? 'trees' : 'blobs'}/${entry.sha}`
  const html = `${repositoryPage(world, repository)}/blob/${ref}/${path}`
  return {
    name: entry.path.slice(entry.path.lastIndexOf('/') + 1),
    path: entry.path,
    sha: entry.sha,
    size: entry.size,
    url,
    html_url: html,
    git_url: git,
    download_url: entry.type === 'blob' ? `${repositoryPage(world, repository)}/raw/${ref}/${path}` : null,
    type: entry.type === 'tree' ? 'dir' : 'file',
    _links: { self: url, git, html },
  }
}

function tooLarge(): GitHubError {
  return new GitHubError(403, {
    message:
      'This API returns blobs up to 1 MB in size. The requested blob is too large to fetch via the API, but you can use the Git Data API to request blobs up to 100 MB in size.',
    errors: [{ resource: 'Blob', field: 'data', code: 'too_large' }],
  })
}
