import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AttributesFile } from '../../src/diff/attributes.ts'
import { runGit } from '../simulators/github/git/run-git.ts'

/** By path and attribute, as git writes it: `set`, `unset`, `unspecified` or the value. */
export type GitAttributes = ReadonlyMap<string, ReadonlyMap<string, string>>

/** A repository that is asked again and again, each time with other files. */
export class AttributesRepository {
  readonly #folder = mkdtempSync(join(tmpdir(), 'attributes-'))
  readonly #written = new Set<string>()
  readonly #ready = runGit(this.#folder, ['init', '--quiet'])

  async check(
    files: readonly AttributesFile[],
    paths: readonly string[],
    names: readonly string[],
  ): Promise<GitAttributes> {
    await this.#ready
    for (const file of this.#written) rmSync(file)
    this.#written.clear()
    for (const { folder, text } of files) {
      mkdirSync(join(this.#folder, folder), { recursive: true })
      const file = join(this.#folder, folder, '.gitattributes')
      writeFileSync(file, text)
      this.#written.add(file)
    }
    const asked = Buffer.from(paths.map((path) => `${path}\0`).join(''))
    const answer = await runGit(this.#folder, ['check-attr', '-z', '--stdin', ...names], asked)
    return byPath(answer.toString().split('\0'))
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true })
  }
}

function byPath(fields: readonly string[]): GitAttributes {
  const found = new Map<string, Map<string, string>>()
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = '', name = '', value = ''] = fields.slice(at, at + 3)
    const ofPath = found.get(path) ?? new Map<string, string>()
    found.set(path, ofPath.set(name, value))
  }
  return found
}
