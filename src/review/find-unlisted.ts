import { messageOf } from '../errors.ts'
import type { Tree, TreeFile } from '../ports/source-reader.ts'
import type { ChangedFile, PullRequestSnapshot } from '../pull-request.ts'
import type { Reading } from './read-places.ts'

export type Unlisted = {
  readonly files: readonly ChangedFile[]
  /** Changed files that nobody could find. */
  readonly unreachable: number
}

/** Changed files that GitHub counts and does not list, found by comparing the trees of both ends of the diff. */
export async function findUnlisted(
  { files, changedFileCount, headSha }: Pick<PullRequestSnapshot, 'files' | 'changedFileCount' | 'headSha'>,
  mergeBase: string | null,
  { sources, logger, signal }: Reading,
): Promise<Unlisted> {
  const unlisted = Math.max(0, changedFileCount - files.length)
  if (unlisted === 0 || mergeBase === null) return { files: [], unreachable: unlisted }
  try {
    const [before, after] = await Promise.all([
      sources.readTree(mergeBase, signal),
      sources.readTree(headSha, signal),
    ])
    const found = compareTrees(before, after, files)
    logger.info(
      `GitHub lists ${files.length} of ${changedFileCount} changed files; the trees show ${found.length} more`,
    )
    const isWhole = before.complete && after.complete
    return { files: found, unreachable: isWhole ? 0 : Math.max(0, unlisted - found.length) }
  } catch (error) {
    logger.warning(`the files that GitHub does not list could not be found: ${messageOf(error)}`)
    return { files: [], unreachable: unlisted }
  }
}

function compareTrees(before: Tree, after: Tree, listed: readonly ChangedFile[]): ChangedFile[] {
  const known = new Set(
    listed.flatMap(({ path, previousPath }) => [path, ...(previousPath === null ? [] : [previousPath])]),
  )
  const found: ChangedFile[] = []
  for (const [path, file] of after.files) {
    const { sha, mode } = file
    const old = before.files.get(path)
    if (known.has(path) || (old?.sha === sha && old.mode === mode)) continue
    // what an incomplete tree does not show is not known to be new
    if (old === undefined && !before.complete) continue
    const status = old === undefined ? 'added' : old.sha === sha ? 'changed' : 'modified'
    found.push({ ...changed(path, sha, status), ...submodule(old, file) })
  }
  for (const [path, { sha }] of before.files) {
    if (!known.has(path) && !after.files.has(path) && after.complete)
      found.push(changed(path, sha, 'removed'))
  }
  return withRenames(found)
}

/** The same blob gone in one place and new in another has moved. */
function withRenames(files: readonly ChangedFile[]): ChangedFile[] {
  const removed = new Map(files.filter(({ status }) => status === 'removed').map((file) => [file.sha, file]))
  const moved = new Set<ChangedFile>()
  const renamed = files.map((file): ChangedFile => {
    const from = file.status === 'added' ? removed.get(file.sha) : undefined
    if (from === undefined || moved.has(from)) return file
    moved.add(from)
    return { ...file, status: 'renamed', previousPath: from.path }
  })
  return renamed.filter((file) => !moved.has(file))
}

/** A submodule is no file: what changes is the commit it names, which git shows as a line. */
function submodule(
  before: TreeFile | undefined,
  after: TreeFile | undefined,
): Pick<ChangedFile, 'patch' | 'additions' | 'deletions'> | null {
  if ((after ?? before)?.mode !== '160000') return null
  const line = (sign: string, file: TreeFile | undefined) =>
    file === undefined ? [] : [`${sign}Subproject commit ${file.sha}`]
  const lines = [...line('-', before), ...line('+', after)]
  const ranges = `@@ -${before === undefined ? '0,0' : '1'} +${after === undefined ? '0,0' : '1'} @@`
  return {
    patch: [ranges, ...lines].join('\n'),
    additions: after === undefined ? 0 : 1,
    deletions: before === undefined ? 0 : 1,
  }
}

/** Nobody has counted its lines. */
function changed(path: string, sha: string, status: ChangedFile['status']): ChangedFile {
  return { path, previousPath: null, status, additions: 0, deletions: 0, patch: null, sha }
}
