import { BatchReader, type GitObject } from './batch-reader.ts'

/** The objects of one git repository, read through one process that starts with the first question. */
export interface ObjectStore {
  /** What a revision expression names, or null when git does not know it, or only its name: a submodule's commit. */
  find(expression: string): Promise<GitObject | null>
  /** Fails where there is no such object. */
  read(oid: string): Promise<Buffer>
  close(): void
}

export function objectStore(gitDir: string): ObjectStore {
  let reader: BatchReader | null = null
  const running = () => {
    reader ??= new BatchReader(gitDir, () => {
      reader = null
    })
    return reader
  }
  return {
    find: async (expression) => {
      if (stopsGit(expression)) return null
      return (await running().ask('info', expression))?.object ?? null
    },
    read: async (oid) => {
      const found = await running().ask('contents', oid)
      if (found === null) throw new Error(`no object ${oid}`)
      return found.contents
    },
    close: () => reader?.close(),
  }
}

/** Git gives up altogether on reflogs and upstreams that it does not have, and on `./` without a working tree. */
function stopsGit(expression: string): boolean {
  const [revision = '', path] = expression.split(/:(.*)/s)
  return revision.includes('@{') || /^\.\.?\//.test(path ?? '') || expression.includes('\0')
}
