import { createHash } from 'node:crypto'
import { CancelledError, FixableError } from '../../src/errors.ts'
import type { FolderEntry, Place, Source, SourceReader, Tree } from '../../src/ports/source-reader.ts'
import type { FileChange, FileMode } from '../simulators/github/index.ts'

/** The files of a commit by their paths; for mode 160000 the content is the submodule's commit. */
export type FakeFiles = Readonly<Record<string, Exclude<FileChange, null>>>

/** Larger files are not read together with others. */
const largestTogether = 400_000

/** Commits in memory. */
export class FakeSourceReader implements SourceReader {
  /** By SHA. */
  readonly commits: Readonly<Record<string, FakeFiles>>
  /** By `base...head`; of others it is the base. */
  readonly mergeBases: Readonly<Record<string, string>>
  /** What was asked for together, in order. */
  readonly readings: (readonly Place[])[] = []
  permitted = true

  constructor(
    commits: Readonly<Record<string, FakeFiles>>,
    mergeBases: Readonly<Record<string, string>> = {},
  ) {
    this.commits = commits
    this.mergeBases = mergeBases
  }

  async read(places: readonly Place[], signal: AbortSignal): Promise<readonly (Source | null)[]> {
    this.#arrive(signal)
    this.readings.push(places)
    return places.map(({ commit, path }) => sourceAt(this.commits[commit] ?? {}, path))
  }

  async readWhole({ commit, path }: Place, signal: AbortSignal): Promise<string | null> {
    this.#arrive(signal)
    const file = this.#filesOf(commit)[path]
    if (file === undefined) throw notShown(path)
    const { bytes } = stored(file)
    return isBinary(bytes) ? null : bytes.toString()
  }

  async mergeBase(baseSha: string, headSha: string, signal: AbortSignal): Promise<string> {
    this.#arrive(signal)
    for (const sha of [baseSha, headSha]) this.#filesOf(sha)
    return this.mergeBases[`${baseSha}...${headSha}`] ?? baseSha
  }

  async readTree(commit: string, signal: AbortSignal): Promise<Tree> {
    this.#arrive(signal)
    const files = Object.entries(this.#filesOf(commit)).map(([path, file]) => {
      const { bytes, mode } = stored(file)
      return [path, { mode, sha: mode === '160000' ? bytes.toString() : blobSha(bytes) }] as const
    })
    return { files: new Map(files), complete: true }
  }

  #arrive(signal: AbortSignal): void {
    if (signal.aborted) throw new CancelledError('stopped')
    if (!this.permitted) throw notShown('the repository')
  }

  #filesOf(commit: string): FakeFiles {
    const files = this.commits[commit]
    if (files === undefined) throw notShown(commit)
    return files
  }
}

function sourceAt(files: FakeFiles, path: string): Source | null {
  const file = files[path]
  if (file === undefined) {
    const entries = entriesOf(files, path === '' ? '' : `${path}/`)
    return entries.length === 0 ? null : { kind: 'folder', entries }
  }
  const { bytes, mode } = stored(file)
  if (mode === '160000') return null
  if (isBinary(bytes)) return { kind: 'binary' }
  if (bytes.length > largestTogether) return { kind: 'large', byteSize: bytes.length }
  return { kind: 'text', text: bytes.toString() }
}

/** In git's order, to which a folder's name ends in a slash. */
function entriesOf(files: FakeFiles, folder: string): FolderEntry[] {
  const entries = new Map<string, FolderEntry>()
  for (const [path, file] of Object.entries(files).filter(([path]) => path.startsWith(folder))) {
    const [name = '', ...deeper] = path.slice(folder.length).split('/')
    const { bytes, mode } = stored(file)
    const kind = deeper.length > 0 ? 'folder' : mode === '160000' ? 'other' : 'file'
    const sorted = kind === 'file' ? name : `${name}/`
    entries.set(sorted, { name, kind, byteSize: kind === 'file' ? bytes.length : null })
  }
  return [...entries].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, entry]) => entry)
}

function stored(file: Exclude<FileChange, null>): { readonly bytes: Buffer; readonly mode: FileMode } {
  const { content, mode } =
    typeof file === 'string' || Buffer.isBuffer(file) ? { content: file, mode: '100644' as const } : file
  return { bytes: Buffer.from(content), mode }
}

function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 8000).includes(0)
}

function blobSha(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

function notShown(what: string): FixableError {
  return new FixableError(`${what} is not shown: give the workflow \`contents: read\``)
}
