import type { Prompt } from './loopback/traffic.ts'

/** Tokens by what they are for. */
export type Composition = {
  readonly diff: number
  readonly 'line numbers': number
  readonly surroundings: number
  readonly 'pull request': number
  readonly instructions: number
  readonly "answer's schema": number
  readonly summary: number
}

/** What all prompts together consist of, by the lines with which they set off what strangers wrote. */
export function composition(prompts: readonly Prompt[], count: (text: string) => number): Composition {
  const sums = {
    diff: 0,
    numbers: 0,
    surroundings: 0,
    pullRequest: 0,
    instructions: 0,
    schema: 0,
    summary: 0,
  }
  for (const { text, schema } of prompts) {
    sums.schema += count(schema)
    const diff = section(text, 'diff')
    if (diff === '') {
      sums.summary += count(text)
      continue
    }
    const surroundings = section(text, 'surrounding code, not part of the change')
    const pullRequest = section(text, 'pull request')
    const withoutNumbers = count(diff.replaceAll(/^\d+ (?=[-+ ])/gm, ''))
    sums.diff += withoutNumbers
    sums.numbers += count(diff) - withoutNumbers
    sums.surroundings += count(surroundings)
    sums.pullRequest += count(pullRequest)
    const told = [diff, surroundings, pullRequest].reduce((rest, part) => rest.replace(part, () => ''), text)
    sums.instructions += count(told)
  }
  return {
    diff: sums.diff,
    'line numbers': sums.numbers,
    surroundings: sums.surroundings,
    'pull request': sums.pullRequest,
    instructions: sums.instructions,
    "answer's schema": sums.schema,
    summary: sums.summary,
  }
}

/** From its first line to its last, with both; '' where there is none. */
function section(prompt: string, name: string): string {
  const begin = prompt.indexOf(`\nBEGIN ${name} `)
  if (begin < 0) return ''
  const [, nonce] = /^BEGIN .* (\S+)$/m.exec(prompt.slice(begin)) ?? []
  const end = prompt.indexOf(` ${nonce}\n`, prompt.indexOf('\nEND ', begin))
  return prompt.slice(begin + 1, end + ` ${nonce}\n`.length)
}
