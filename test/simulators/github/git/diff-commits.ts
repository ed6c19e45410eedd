import { runGit } from './run-git.ts'

export type FileStatus = 'added' | 'removed' | 'modified' | 'renamed' | 'changed'

/** One file of a diff, with git's hunks (`patch`) when it has any. */
export interface DiffFile {
  readonly filename: string
  readonly previousFilename: string | null
  readonly status: FileStatus
  /** The blob after the change, or before it when the file was removed. */
  readonly sha: string
  readonly additions: number
  readonly deletions: number
  readonly binary: boolean
  readonly patch: string | null
}

/**
 * The diff of a range, `base...head` (from the merge base) being what GitHub shows for a pull request.
 * Names and counts come from the NUL-separated parts of git's output, hunks from the patch part.
 */
export async function diffCommits(gitDir: string, range: string): Promise<readonly DiffFile[]> {
  const output = await runGit(gitDir, [
    'diff',
    '-z',
    '--raw',
    '--numstat',
    '-p',
    '-M',
    '--no-abbrev',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    range,
  ])
  const fields = new NulFields(output)
  const changes: RawChange[] = []
  while (fields.peek() === ':') changes.push(readRawChange(fields))
  const counts = changes.map(() => readCounts(fields))
  const sections = splitSections(fields.rest())
  return changes.map((change, index) => {
    const { additions, deletions, binary } = counts[index] ?? { additions: 0, deletions: 0, binary: false }
    // A type change (file to symlink) is one entry made of two sections: delete, then add.
    const own = sections.splice(0, change.letter === 'T' ? 2 : 1)
    const patch = own.map(hunksOf).filter(Boolean).join('\n')
    return {
      filename: change.path,
      previousFilename: change.previousPath,
      status: statusOf(change, additions + deletions, binary),
      sha: change.letter === 'D' ? change.oldSha : change.newSha,
      additions,
      deletions,
      binary,
      patch: patch === '' ? null : patch,
    }
  })
}

interface RawChange {
  readonly letter: string
  readonly oldSha: string
  readonly newSha: string
  readonly path: string
  readonly previousPath: string | null
}

function readRawChange(fields: NulFields): RawChange {
  const [, , oldSha = '', newSha = '', status = ''] = fields.next().split(' ')
  const letter = status.charAt(0)
  const first = fields.next()
  if (letter !== 'R') return { letter, oldSha, newSha, path: first, previousPath: null }
  return { letter, oldSha, newSha, path: fields.next(), previousPath: first }
}

function readCounts(fields: NulFields): { additions: number; deletions: number; binary: boolean } {
  const [additions = '', deletions = '', path = ''] = fields.next().split('\t')
  if (path === '') {
    fields.next()
    fields.next()
  }
  const binary = additions === '-'
  return { additions: binary ? 0 : Number(additions), deletions: binary ? 0 : Number(deletions), binary }
}

function statusOf(change: RawChange, changedLines: number, binary: boolean): FileStatus {
  if (change.letter === 'A') return 'added'
  if (change.letter === 'D') return 'removed'
  if (change.letter === 'R') return 'renamed'
  const onlyMode = changedLines === 0 && !binary && change.oldSha === change.newSha
  return change.letter === 'T' || onlyMode ? 'changed' : 'modified'
}

/** Lines of a hunk start with a space, `+`, `-` or `\`, so only a header can start with "diff --git". */
function splitSections(patch: string): string[] {
  return patch === '' ? [] : patch.split(/\n(?=diff --git )/).map((section) => section.replace(/\n$/, ''))
}

function hunksOf(section: string): string {
  const start = section.search(/^@@ /m)
  return start === -1 ? '' : section.slice(start)
}

class NulFields {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  peek(): string {
    return this.#bytes.toString('utf8', this.#at, this.#at + 1)
  }

  next(): string {
    const end = this.#bytes.indexOf(0, this.#at)
    const field = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end + 1
    return field
  }

  /** The patch part, which git separates by one more NUL. */
  rest(): string {
    return this.#bytes.toString('utf8', this.#at + (this.#bytes[this.#at] === 0 ? 1 : 0))
  }
}
