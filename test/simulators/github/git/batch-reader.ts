import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { gitEnvironment } from './run-git.ts'

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag'

export interface GitObject {
  readonly oid: string
  readonly type: ObjectType
  readonly size: number
}

export interface Found {
  readonly object: GitObject
  /** Empty unless asked for. */
  readonly contents: Buffer
}

interface Question {
  readonly expression: string
  readonly withContents: boolean
  readonly resolve: (found: Found | null) => void
  readonly reject: (reason: Error) => void
}

/** One `git cat-file --batch-command`, which answers in the order of the questions. */
export class BatchReader {
  readonly #git: ChildProcessByStdio<Writable, Readable, null>
  readonly #questions: Question[] = []
  #chunks: Buffer[] = []
  #received = 0
  /** How many bytes the next answer has at least. */
  #needed = 1

  constructor(gitDir: string, ended: () => void) {
    this.#git = spawn('git', ['cat-file', '--batch-command', '-z'], {
      cwd: gitDir,
      env: gitEnvironment,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    const end = (reason: Error) => {
      ended()
      for (const { reject } of this.#questions.splice(0)) reject(reason)
    }
    this.#git.stdout.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#git.stdin.on('error', end)
    this.#git.on('error', end)
    this.#git.on('close', () => end(new Error('git cat-file ended')))
  }

  ask(command: 'info' | 'contents', expression: string): Promise<Found | null> {
    return new Promise((resolve, reject) => {
      this.#questions.push({ expression, withContents: command === 'contents', resolve, reject })
      this.#git.stdin.write(`${command} ${expression}\0`)
    })
  }

  close(): void {
    this.#git.kill()
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#received += chunk.length
    if (this.#received < this.#needed) return
    let rest = Buffer.concat(this.#chunks)
    this.#needed = 1
    for (let [question] = this.#questions; question && rest.length > 0; [question] = this.#questions) {
      const reading = readAnswer(rest, question)
      if ('needed' in reading) {
        this.#needed = reading.needed
        break
      }
      this.#questions.shift()
      question.resolve(reading.found)
      rest = rest.subarray(reading.length)
    }
    this.#chunks = [rest]
    this.#received = rest.length
  }
}

type Reading = { readonly needed: number } | { readonly found: Found | null; readonly length: number }

/** Source: git-cat-file(1), "Batch output". What git does not know it names as it was asked, line breaks included. */
function readAnswer(bytes: Buffer, { expression, withContents }: Question): Reading {
  const afterLine = bytes.indexOf('\n') + 1
  const line = bytes.toString('latin1', 0, afterLine)
  const [, oid, type, size] = /^([0-9a-f]{40}) (blob|tree|commit|tag) (\d+)\n$/.exec(line) ?? []
  if (oid !== undefined && isType(type)) {
    const object = { oid, type, size: Number(size) }
    if (!withContents) return { found: { object, contents: Buffer.alloc(0) }, length: afterLine }
    const length = afterLine + object.size + 1
    if (bytes.length < length) return { needed: length }
    return { found: { object, contents: Buffer.from(bytes.subarray(afterLine, length - 1)) }, length }
  }
  // Newer gits say so of a submodule's commit.
  if (/^[0-9a-f]{40} submodule\n$/.test(line)) return { found: null, length: afterLine }
  for (const why of ['missing', 'ambiguous']) {
    const unknown = Buffer.from(`${expression} ${why}\n`)
    if (bytes.subarray(0, unknown.length).equals(unknown)) return { found: null, length: unknown.length }
  }
  return { needed: bytes.length + 1 }
}

function isType(type: string | undefined): type is ObjectType {
  return type === 'blob' || type === 'tree' || type === 'commit' || type === 'tag'
}
