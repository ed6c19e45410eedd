import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Completion,
  type ModelRequest,
  type PlantedFinding,
  planted,
} from '../../simulators/model/index.ts'
import { estimateTokens } from '../../simulators/model/chat-request.ts'
import type { Pace } from './protocol.ts'

const findingsInRequest = 2
const summary = 'It changes how some of the services settle what is pending, and adds what belongs to that.'
/** As long as the prose of a usual finding: with all else, some 150 tokens. */
const body =
  'The value is read before the lock is taken, so two requests that come in together both see the old one and the later write wins. It bites as soon as two people settle the same thing at once, or one of them retries. Take the lock first and read the value again behind it, as the other functions in this file do.'

/** Has something to say about two added lines of every request. */
export function pacedReviewer(
  pace: () => Pick<Pace, 'latencyMs' | 'msPerToken'>,
): (request: ModelRequest) => Promise<Completion> {
  return async ({ prompt, schemaName }) => {
    const { latencyMs, msPerToken } = pace()
    const content =
      schemaName === 'patchpilot_review' ? { summary, findings: findingsIn(prompt) } : { summary }
    const tokens = estimateTokens(JSON.stringify(content))
    await sleep(latencyMs + msPerToken * tokens)
    return { content }
  }
}

export function findingsIn(prompt: string): PlantedFinding[] {
  const added = addedLines(prompt)
  return Array.from({ length: findingsInRequest }, (_, index) => {
    const line = added[Math.floor(((index + 0.5) * added.length) / findingsInRequest)]
    if (line === undefined) return []
    const { path, number, text } = line
    const title = 'Two requests at once lose the first one’s write'
    return planted({
      path,
      quote: text,
      start_line: number,
      end_line: number,
      title,
      body,
      severity: 'medium',
    })
  }).flat()
}

/** Lines that the diff in a prompt adds, as it shows them: a file's name, then `number +text`. */
function addedLines(prompt: string) {
  const diff = prompt.slice(prompt.lastIndexOf('\nBEGIN diff '))
  let path = ''
  return diff.split('\n').flatMap((line) => {
    path = /^File: (.*?)(?: \(was .*\))?$/.exec(line)?.[1] ?? path
    const [, number, text = ''] = /^(\d+) \+(.*)$/.exec(line) ?? []
    return number === undefined || text.length < 12 ? [] : [{ path, number: Number(number), text }]
  })
}
