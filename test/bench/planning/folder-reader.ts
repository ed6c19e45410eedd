import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { FolderEntry, Place, Source, SourceReader, Tree } from '../../../src/ports/source-reader.ts'

/** One commit in a folder, of which nothing is in memory that nobody has asked for. Others are empty. */
export class FolderReader implements SourceReader {
  readonly #folder: string
  readonly #commit: string

  constructor(folder: string, commit: string) {
    this.#folder = folder
    this.#commit = commit
  }

  async read(places: readonly Place[]): Promise<readonly (Source | null)[]> {
    return places.map(({ commit, path }) =>
      commit === this.#commit ? sourceAt(join(this.#folder, path)) : null,
    )
  }

  async readWhole(): Promise<string | null> {
    throw new Error('no file is that large')
  }

  async mergeBase(baseSha: string): Promise<string> {
    return baseSha
  }

  async readTree(): Promise<Tree> {
    throw new Error('every file is listed')
  }
}

function sourceAt(path: string): Source | null {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return null
  if (found.isFile()) return { kind: 'text', text: readFileSync(path, 'utf8') }
  return { kind: 'folder', entries: readdirSync(path).map((name) => entryOf(path, name)) }
}

function entryOf(folder: string, name: string): FolderEntry {
  const found = statSync(join(folder, name))
  return found.isFile()
    ? { name, kind: 'file', byteSize: found.size }
    : { name, kind: 'folder', byteSize: null }
}
