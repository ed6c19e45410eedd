import { type Category, categories, type Severity, severities } from '../severity.ts'
import type { Side } from '../pull-request.ts'
import { findJsonObject, isObject } from './extract-json.ts'

/** What the model says, in its own numbering and paths: nothing of it is verified. */
export type Claim = {
  readonly path: string
  readonly quote: string
  readonly startLine: number | null
  readonly endLine: number | null
  readonly side: Side
  readonly severity: Severity
  readonly category: Category
  readonly title: string
  readonly body: string
  readonly suggestion: string | null
  /** 0 to 1. */
  readonly confidence: number
}

/** An element of `findings` that is no claim at all. */
export type RejectedClaim = { readonly reason: string; readonly claim: string }

export type ReviewAnswer = {
  readonly summary: string
  readonly claims: readonly Claim[]
  readonly rejected: readonly RejectedClaim[]
}

export const answerName = 'patchpilot_review'

const text = { type: 'string' } as const

/** The strictest common subset of what servers accept: flat, all required, nullable instead of optional, no ranges. */
export const answerSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['summary', 'findings'],
  properties: {
    summary: text,
    findings: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: [
          'path',
          'quote',
          'start_line',
          'end_line',
          'side',
          'severity',
          'category',
          'title',
          'body',
          'suggestion',
          'confidence',
        ],
        properties: {
          path: text,
          quote: text,
          start_line: { type: 'integer' },
          end_line: { type: 'integer' },
          side: { type: 'string', enum: ['LEFT', 'RIGHT'] },
          severity: { type: 'string', enum: [...severities] },
          category: { type: 'string', enum: [...categories] },
          title: text,
          body: text,
          suggestion: { type: ['string', 'null'] },
          confidence: { type: 'number' },
        },
      },
    },
  },
} as const

/** Reads a model's answer. Null when there is no object with a `findings` list in it: that is not "no findings". */
export function readAnswer(content: string): ReviewAnswer | null {
  const answer = findJsonObject(content, (object) => Array.isArray(object.findings))
  if (answer === null || !Array.isArray(answer.findings)) return null
  const claims: Claim[] = []
  const rejected: RejectedClaim[] = []
  for (const item of answer.findings) {
    const claim = readClaim(item)
    if (claim === null) rejected.push({ reason: 'not an object with a title', claim: excerpt(item) })
    else claims.push(claim)
  }
  return { summary: asText(answer.summary), claims, rejected }
}

function readClaim(item: unknown): Claim | null {
  if (!isObject(item)) return null
  const title = asText(item.title).trim()
  if (title === '') return null
  const suggestion = item.suggestion
  return {
    path: asText(item.path).trim(),
    quote: Array.isArray(item.quote) ? item.quote.map(asText).join('\n') : asText(item.quote),
    startLine: asLineNumber(item.start_line),
    endLine: asLineNumber(item.end_line),
    side: /^(left|old)$/i.test(asText(item.side)) ? 'LEFT' : 'RIGHT',
    severity: readSeverity(asText(item.severity)),
    category: readCategory(asText(item.category)),
    title,
    body: asText(item.body).trim(),
    // "" is how models say "none"
    suggestion: typeof suggestion === 'string' && suggestion.trim() !== '' ? suggestion : null,
    confidence: readConfidence(item.confidence),
  }
}

/** Words that weak models use instead of ours; anything else is taken for `medium`, so that it is neither hidden nor loud. */
const severityWords: ReadonlyMap<string, Severity> = new Map([
  ['blocker', 'critical'],
  ['error', 'high'],
  ['major', 'high'],
  ['warning', 'medium'],
  ['moderate', 'medium'],
  ['minor', 'low'],
  ['info', 'low'],
  ['nit', 'low'],
])

function readSeverity(word: string): Severity {
  const lower = word.trim().toLowerCase()
  return severities.find((severity) => severity === lower) ?? severityWords.get(lower) ?? 'medium'
}

function readCategory(word: string): Category {
  const lower = word.trim().toLowerCase().replaceAll(/[ _]/g, '-')
  return categories.find((category) => category === lower) ?? 'bug'
}

function readConfidence(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) return 0.5
  const share = number > 1 && number <= 100 ? number / 100 : number
  return Math.min(1, Math.max(0, share))
}

function asLineNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : null
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function excerpt(item: unknown): string {
  return (JSON.stringify(item) ?? 'undefined').slice(0, 500)
}
