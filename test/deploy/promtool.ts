import { execFile } from 'node:child_process'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Verdict = { readonly passed: boolean; readonly output: string }

/** What Prometheus' own tool says. */
export function promtool(...args: readonly string[]): Promise<Verdict> {
  return new Promise((resolve) => {
    execFile('promtool', args, (error, stdout, stderr) => {
      resolve({ passed: error === null, output: `${stdout}${stderr}${error?.message ?? ''}` })
    })
  })
}

/** Parses and type-checks expressions, as rules. */
export async function checkExpressions(expressions: readonly string[]): Promise<Verdict> {
  const rules = expressions.map((expr, index) => ({ record: `checked:${index}`, expr }))
  return withFiles({ 'rules.yml': { groups: [{ name: 'checked', rules }] } }, (folder) =>
    promtool('check', 'rules', join(folder, 'rules.yml')),
  )
}

/** JSON is YAML. */
export async function withFiles<T>(
  files: Readonly<Record<string, unknown>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'patchpilot-promtool-'))
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder.path, name), JSON.stringify(content))
  }
  return await use(folder.path)
}
