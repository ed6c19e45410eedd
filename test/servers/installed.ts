import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The Debian package that brings each program. */
const packages = {
  prometheus: 'prometheus',
  promtool: 'prometheus',
  'prometheus-pushgateway': 'prometheus-pushgateway',
  'redis-server': 'redis-server',
  chromium: 'chromium',
} as const

export type Program = keyof typeof packages

export function isInstalled(program: Program): boolean {
  return findProgram(program) !== undefined
}

export function findProgram(program: Program): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, program)).find(isExecutable)
}

/** For `describe.skipIf`: tests that cannot run here say so, and what to install. */
export function isMissing(...programs: readonly Program[]): boolean {
  const missing = programs.filter((program) => !isInstalled(program))
  if (missing.length === 0) return false
  const wanted = [...new Set(missing.map((program) => packages[program]))].join(' ')
  process.stderr.write(`SKIPPED, no ${missing.join(', ')} here: apt-get install ${wanted}\n`)
  return true
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
