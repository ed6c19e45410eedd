import type { DiffFile } from '../../git/diff-commits.ts'
import type { Repository, World } from '../../state.ts'
import { repositoryPage, repositoryUrl } from './repository.ts'

/** Source: GitHub docs, "Repository limits": one file's diff is shown up to 20,000 lines or 500 KB. */
const largestPatchBytes = 500 * 1024
const largestPatchLines = 20_000

/** GitHub REST, `diff-entry`. The `patch` key is absent, not null, where GitHub has no hunks to show. */
export function representDiffEntry(
  world: World,
  repository: Repository,
  file: DiffFile,
  sha: string,
  tooLarge: ReadonlySet<string> = new Set(),
) {
  const path = file.filename.split('/').map(encodeURIComponent).join('/')
  const shown = shownPatch(file, tooLarge)
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${repositoryPage(world, repository)}/blob/${sha}/${path}`,
    raw_url: `${repositoryPage(world, repository)}/raw/${sha}/${path}`,
    contents_url: `${repositoryUrl(world, repository)}/contents/${path}?ref=${sha}`,
    ...(shown === null ? {} : { patch: shown }),
    ...(file.previousFilename === null ? {} : { previous_filename: file.previousFilename }),
  }
}

/** The hunks GitHub shows for a file, which are also the only lines a review may comment on. */
export function shownPatch(file: DiffFile, tooLarge: ReadonlySet<string>): string | null {
  if (file.patch === null || tooLarge.has(file.filename)) return null
  if (Buffer.byteLength(file.patch) > largestPatchBytes) return null
  return file.patch.split('\n').length > largestPatchLines ? null : file.patch
}
