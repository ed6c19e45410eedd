import type { ChangedFile } from '../pull-request.ts'
import { type FileDiff, parsePatch } from './patch.ts'

/** A changed file that has no hunks to show anybody. */
export type FileWithoutHunks = {
  readonly path: string
  /** Of a file that was renamed, where that is known. */
  readonly previousPath?: string | null
  readonly coverage: 'binary' | 'no-patch' | 'excluded' | 'generated' | 'budget' | 'deadline'
  readonly reason: string
  /** True when code changed that nobody can look at: the review is then incomplete. */
  readonly unseen: boolean
  /** Trouble that may pass was in the way. */
  readonly mayImprove?: boolean
}

/** SHA-1 of git's empty blob: `git hash-object -t blob /dev/null`. */
const emptyBlob = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'

export type ReadDiffs = {
  readonly diffs: readonly FileDiff[]
  readonly withoutHunks: readonly FileWithoutHunks[]
}

/** Parses every file's patch; what cannot be shown is named with its reason. */
export function readDiffs(files: readonly ChangedFile[]): ReadDiffs {
  const diffs: FileDiff[] = []
  const withoutHunks: FileWithoutHunks[] = []
  for (const file of files) {
    const read = readDiff(file)
    if ('hunks' in read) diffs.push(read)
    else withoutHunks.push(read)
  }
  return { diffs, withoutHunks }
}

function readDiff(file: ChangedFile): FileDiff | FileWithoutHunks {
  if (file.patch === null) return explainMissingPatch(file)
  const parsed = parsePatch({ ...file, patch: file.patch })
  if (parsed.kind === 'incomplete') return noPatch(file, parsed.reason, true)
  return { path: file.path, previousPath: file.previousPath, hunks: parsed.hunks }
}

/** People write these; where GitHub calls one binary, somebody has to look why. */
const sourceFile =
  /\.([cm]?[jt]sx?|vue|svelte|py|rb|php|go|rs|java|kts?|scala|swift|cs|fs|vb|[ch](pp|xx|c|h)?|cc|hh|mm?|lua|pl|pm|r|jl|ex|exs|erl|hs|ml|clj|dart|groovy|gradle|sh|bash|zsh|ps1|bat|cmd|sql|tf|html?|css|scss|less|ya?ml|toml|json|xml|md|txt)$|(^|\/)(Dockerfile|Makefile|Jenkinsfile)[^/]*$/i

export function isSourceFile(path: string): boolean {
  return sourceFile.test(path)
}

/**
 * GitHub leaves `patch` out for binary files, pure renames, mode changes, empty files, and for text it finds too large.
 * It counts lines for the last alone; but a zero byte, or the head's own attributes, make any text binary to it. https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files
 */
function explainMissingPatch(file: ChangedFile): FileWithoutHunks {
  if (file.additions + file.deletions > 0) {
    return noPatch(file, `GitHub sends no patch for its +${file.additions} −${file.deletions} lines`, true)
  }
  if (file.status === 'renamed' || file.status === 'copied') {
    const reason = `${file.status} from ${file.previousPath ?? 'elsewhere'} without a change`
    return noPatch(file, reason, false)
  }
  if (file.status === 'changed' || file.status === 'unchanged')
    return noPatch(file, 'only its mode changed', false)
  if (file.sha === emptyBlob) return noPatch(file, 'an empty file', false)
  if (isSourceFile(file.path)) return noPatch(file, 'GitHub shows no difference in it', true)
  return { path: file.path, coverage: 'binary', reason: 'a binary file', unseen: false }
}

/** A renamed file is still known by its old name. */
export function namesOf({
  path,
  previousPath,
  status,
}: ChangedFile): Pick<FileWithoutHunks, 'path' | 'previousPath'> {
  return status === 'renamed' ? { path, previousPath } : { path }
}

function noPatch(file: ChangedFile, reason: string, unseen: boolean): FileWithoutHunks {
  return { ...namesOf(file), coverage: 'no-patch', reason, unseen }
}
