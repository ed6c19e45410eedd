import type { DiffLine } from '../diff/patch.ts'
import type { Chunk, HunkPart } from '../plan/plan-review.ts'
import { estimateTokens } from '../plan/tokens.ts'
import type { PullRequestSnapshot } from '../pull-request.ts'
import { answerSchema } from './answer.ts'
import { instructions } from './instructions.ts'

export type Message = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }

/** What every request of one review says besides its hunks. */
export type PromptFrame = {
  readonly language: string
  readonly title: string
  readonly description: string
  /** Unguessable: whoever writes the diff cannot write the line that ends it. */
  readonly nonce: string
}

const mostTitleTokens = 100
const mostDescriptionTokens = 2_000

/** An eighth of a request at most goes to the description, so that a long one cannot crowd out the code. */
export function promptFrame(
  snapshot: Pick<PullRequestSnapshot, 'title' | 'body'>,
  options: { language: string; nonce: string; requestTokens: number },
): PromptFrame {
  return {
    language: options.language,
    nonce: options.nonce,
    title: cut(snapshot.title, mostTitleTokens),
    description: cut(snapshot.body, Math.min(mostDescriptionTokens, Math.floor(options.requestTokens / 8))),
  }
}

/** The request to answer again has to fit into the same limit. */
const roomForRepair = 120

/** Tokens of a request before the first hunk is in it, the answer's schema included. */
export function frameTokens(frame: PromptFrame): number {
  const empty = renderMessages(frame, [])
  const text = empty.map((message) => message.content).join('') + JSON.stringify(answerSchema)
  return estimateTokens(text) + roomForRepair
}

export function renderChunk(frame: PromptFrame, chunk: Chunk): readonly Message[] {
  return renderMessages(frame, chunk.parts)
}

function renderMessages(frame: PromptFrame, parts: readonly HunkPart[]): readonly Message[] {
  return [
    { role: 'system', content: instructions(frame.language) },
    {
      role: 'user',
      content: [
        `BEGIN pull request ${frame.nonce}`,
        `Title: ${frame.title}`,
        ...(frame.description === '' ? [] : ['Description:', frame.description]),
        `END pull request ${frame.nonce}`,
        `BEGIN diff ${frame.nonce}`,
        ...renderParts(parts),
        `END diff ${frame.nonce}`,
        'Review this diff. Answer with the JSON object only.',
      ].join('\n'),
    },
  ]
}

function renderParts(parts: readonly HunkPart[]): string[] {
  let path: string | null = null
  return parts.flatMap((part) => {
    const heading = part.diff.path === path ? [] : [fileHeading(part)]
    path = part.diff.path
    return [...heading, part.hunk.header, ...part.lines.map(renderLine)]
  })
}

function fileHeading({ diff }: HunkPart): string {
  const renamed = diff.previousPath === null ? '' : ` (was ${oneLine(diff.previousPath)})`
  return `\nFile: ${oneLine(diff.path)}${renamed}`
}

function renderLine(line: DiffLine): string {
  const sign = { added: '+', deleted: '-', context: ' ' }[line.kind]
  return `${line.newLine ?? line.oldLine ?? ''} ${sign}${line.text}`
}

/** git allows line breaks in file names. */
function oneLine(path: string): string {
  return path.replaceAll('\n', '\\n').replaceAll('\r', '\\r')
}

/** As many whole characters as fit, three bytes a token as in `estimateTokens`. */
function cut(text: string, tokens: number): string {
  if (estimateTokens(text) <= tokens) return text
  const bytes = Buffer.from(text, 'utf8').subarray(0, tokens * 3)
  return `${bytes.toString('utf8').replace(/\uFFFD+$/, '')} […]`
}
