import { readFileSync } from 'node:fs'
import { root } from './action-metadata.ts'

export type ShownVariable = {
  readonly name: string
  readonly value: string
  /** What the lines right above it say. */
  readonly comment: string
}

/** The variables that .env.example shows, with their defaults. */
export function shownVariables(): readonly ShownVariable[] {
  const shown: ShownVariable[] = []
  let comments: string[] = []
  for (const line of readFileSync(new URL('.env.example', root), 'utf8').split('\n')) {
    const [, name, value = ''] = /^(?:# )?([A-Z_]+)=(.*)$/.exec(line) ?? []
    if (name !== undefined) shown.push({ name, value, comment: comments.join(' ') })
    comments = name === undefined && line.startsWith('# ') ? [...comments, line.slice(2)] : []
  }
  return shown
}
