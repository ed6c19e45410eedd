/** A place in the repository at a fixed commit. The root folder's path is ''. */
export type Place = { readonly commit: string; readonly path: string }

/** `helpful`: good to have, and not worth a request of its own. */
export type WantedPlace = Place & { readonly helpful?: boolean }

export type FolderEntry = {
  readonly name: string
  /** `other`: a submodule. */
  readonly kind: 'file' | 'folder' | 'other'
  /** Of files. */
  readonly byteSize: number | null
}

export type Source =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary' }
  /** Larger than what is read together with others: `readWhole` has it. */
  | { readonly kind: 'large'; readonly byteSize: number }
  | { readonly kind: 'folder'; readonly entries: readonly FolderEntry[] }

export type TreeFile = {
  /** As git writes it: `100644`, `100755`, `120000` for a symbolic link, `160000` for a submodule. */
  readonly mode: string
  /** Of the blob, or of a submodule's commit. */
  readonly sha: string
}

/** Every file of a commit by its path. `complete` is false where the server did not show all of them. */
export type Tree = { readonly files: ReadonlyMap<string, TreeFile>; readonly complete: boolean }

/** The repository at fixed commits: what a change is made of where GitHub shows no patch, and what stands around it. */
export interface SourceReader {
  /**
   * What stands at these places, in few requests, in the order asked for; null where there is nothing, or a submodule, and
   * for what is merely helpful where the server has no way to read many at once. Throws a `TemporaryError` or a `FixableError` when it cannot be read.
   */
  read(places: readonly WantedPlace[], signal: AbortSignal): Promise<readonly (Source | null)[]>
  /** The whole of one file, however large up to 100 MB; null for a binary one. Throws as `read` does. */
  readWhole(place: Place, signal: AbortSignal): Promise<string | null>
  /** The commit that a pull request's diff starts from. Throws as `read` does. */
  mergeBase(baseSha: string, headSha: string, signal: AbortSignal): Promise<string>
  /** All files of a commit. Throws as `read` does. */
  readTree(commit: string, signal: AbortSignal): Promise<Tree>
}
