import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One file of the newest version of an npm package, without installing it. */
export function readFromPackage(
  name: string,
  file: string,
): { readonly version: string; readonly text: string } {
  const folder = mkdtempSync(join(tmpdir(), 'npm-pack-'))
  try {
    const run = (command: string, ...args: string[]) =>
      execFileSync(command, args, { cwd: folder }).toString().trim()
    const archive = run('npm', 'pack', '--silent', name)
    run('tar', 'xzf', archive, 'package/package.json', `package/${file}`)
    const { version } = JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8'))
    return { version, text: readFileSync(join(folder, 'package', file), 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
