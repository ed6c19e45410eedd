import type { DiffLine } from '../diff/patch.ts'
import type { Chunk } from '../plan/plan-review.ts'
import type { HunkPart } from '../plan/split-hunk.ts'
import { bytesPerToken, estimateTokens } from '../plan/tokens.ts'
import type { PullRequestSnapshot } from '../pull-request.ts'
import type { Excerpt } from '../surroundings/excerpt.ts'
import { answerSchema } from './answer.ts'
import { instructions } from './instructions.ts'

export type Message = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }

/** What every request of one review says besides its hunks. */
export type PromptFrame = {
  readonly language: string
  readonly title: string
  readonly description: string
  /** Headlines, oldest first. */
  readonly commits: readonly string[]
  readonly labels: readonly string[]
  /** Unguessable: whoever writes the diff cannot write the line that ends it. */
  readonly nonce: string
}

const mostTitleTokens = 100
const mostDescriptionTokens = 1_000
const mostCommitTokens = 200
const mostLabelTokens = 50

/** Smaller requests have less room for all of these. */
const roomyRequestTokens = 10_000

/** An eighth of a request at most goes to what its author says of it, so that nobody can crowd out the code. */
export function promptFrame(
  snapshot: Pick<PullRequestSnapshot, 'title' | 'body' | 'commitMessages' | 'labels'>,
  options: { language: string; nonce: string; requestTokens: number },
): PromptFrame {
  const { title, body, commitMessages, labels } = snapshot
  const share = Math.min(1, options.requestTokens / roomyRequestTokens)
  const atMost = (tokens: number) => Math.floor(tokens * share)
  const told = commitMessages.filter((message) => message !== title)
  return {
    language: options.language,
    nonce: options.nonce,
    title: cut(title, atMost(mostTitleTokens)),
    description: cut(body.trim(), atMost(mostDescriptionTokens)),
    commits: asManyAsFit(told, atMost(mostCommitTokens)),
    labels: asManyAsFit(labels, atMost(mostLabelTokens)),
  }
}

/** The request to answer again has to fit into the same limit. */
const roomForRepair = 120
/** For the two lines around the surrounding code. */
const roomForMarks = 40

/** Tokens of a request before the first hunk is in it, the answer's schema included. */
export function frameTokens(frame: PromptFrame): number {
  const empty = renderChunk(frame, { parts: [] }, [])
  const text = empty.map((message) => message.content).join('') + JSON.stringify(answerSchema)
  return estimateTokens(text) + roomForRepair + roomForMarks
}

export function renderChunk(
  frame: PromptFrame,
  chunk: Pick<Chunk, 'parts'>,
  excerpts: readonly Excerpt[],
): readonly Message[] {
  return [
    { role: 'system', content: instructions(frame.language) },
    {
      role: 'user',
      content: [
        ...renderPullRequest(frame),
        ...renderExcerpts(frame, excerpts),
        `BEGIN diff ${frame.nonce}`,
        ...renderParts(chunk.parts),
        `END diff ${frame.nonce}`,
        'Review this diff. Answer with the JSON object only.',
      ].join('\n'),
    },
  ]
}

/** What the pull request says about itself. */
export function renderPullRequest({ nonce, title, description, commits, labels }: PromptFrame): string[] {
  return [
    `BEGIN pull request ${nonce}`,
    `Title: ${title}`,
    ...(labels.length === 0 ? [] : [`Labels: ${labels.join(', ')}`]),
    ...(description === '' ? [] : ['Description:', description]),
    ...(commits.length === 0 ? [] : ['Commits:', ...commits.map((headline) => `- ${headline}`)]),
    `END pull request ${nonce}`,
  ]
}

function renderExcerpts({ nonce }: PromptFrame, excerpts: readonly Excerpt[]): string[] {
  if (excerpts.length === 0) return []
  const shown = excerpts.flatMap(({ path, why, lines }) => [
    `${oneLine(path)} (${why})`,
    ...lines.map(({ number, text }) => `${number} ${text}`),
  ])
  return [
    `BEGIN surrounding code, not part of the change ${nonce}`,
    ...shown,
    `END surrounding code ${nonce}`,
  ]
}

function renderParts(parts: readonly HunkPart[]): string[] {
  let path: string | null = null
  return parts.flatMap((part) => {
    const heading = part.diff.path === path ? [] : [fileHeading(part)]
    path = part.diff.path
    return [...heading, hunkHeading(part), ...part.lines.map(renderLine)]
  })
}

/** One that is split keeps its header, which does not count its lines then. */
function hunkHeading({ hunk, lines }: HunkPart): string {
  return lines === hunk.lines ? hunk.header : `${hunk.header} (a part of this hunk)`
}

function fileHeading({ diff }: HunkPart): string {
  const renamed = diff.previousPath === null ? '' : ` (was ${oneLine(diff.previousPath)})`
  return `\nFile: ${oneLine(diff.path)}${renamed}`
}

/** An unchanged line goes without a number, which would be a token or two for what the hunk's header tells. */
function renderLine({ kind, newLine, oldLine, text }: DiffLine): string {
  switch (kind) {
    case 'added':
      return `${newLine} +${text}`
    case 'deleted':
      return `${oldLine} -${text}`
    case 'context':
      return ` ${text}`
  }
}

/** git allows line breaks in file names. */
export function oneLine(path: string): string {
  return path.replaceAll('\n', '\\n').replaceAll('\r', '\\r')
}

function asManyAsFit(texts: readonly string[], tokens: number): readonly string[] {
  const kept: string[] = []
  let left = tokens
  for (const text of texts) {
    left -= estimateTokens(text) + 2
    if (left < 0) break
    kept.push(oneLine(text))
  }
  return kept
}

/** As many whole characters as fit, as `estimateTokens` counts. */
export function cut(text: string, tokens: number): string {
  if (estimateTokens(text) <= tokens) return text
  const bytes = Buffer.from(text, 'utf8').subarray(0, tokens * bytesPerToken)
  return `${bytes.toString('utf8').replace(/\uFFFD+$/, '')} […]`
}
