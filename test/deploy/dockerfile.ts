import * as v from 'valibot'
import { readText } from './files.ts'

export type Instruction = { readonly name: string; readonly rest: string }

/** The instructions of deploy/Dockerfile, each in one line. */
export const instructions: readonly Instruction[] = readText('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => {
    const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? []
    return { name, rest }
  })

/** What stands behind the only instruction of that name. */
export function instruction(name: string): string {
  const [only, ...others] = instructions.filter((one) => one.name === name)
  if (only === undefined || others.length > 0) throw new Error(`there is not one ${name}`)
  return only.rest
}

/** The words of a command in exec form, which no shell reads. */
export function command(text: string): readonly [string, ...string[]] {
  return v.parse(v.tupleWithRest([v.string()], v.string()), JSON.parse(text.slice(text.indexOf('['))))
}

/** What the image has: where it comes from in a clone, and where it stands below `WORKDIR`. */
export const copied = instructions
  .filter(({ name }) => name === 'COPY')
  .map(({ rest }) => {
    const [from = '', to = ''] = rest.split(/\s+/)
    return { from, to }
  })
