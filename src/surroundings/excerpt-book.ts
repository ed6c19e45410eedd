import type { Chunk } from '../plan/plan-review.ts'
import { estimateTokens } from '../plan/tokens.ts'
import { linesShown } from './changed-places.ts'
import { type Excerpt, type ExcerptLine, lineTokens, tokensPerExcerpt } from './excerpt.ts'
import type { Outline } from './outline.ts'

/** Why lines are shown: what they do, and to which of the names, if to one. */
export type Reason = { readonly verb: string; readonly name: string | null }

type Page = { readonly lines: Map<number, string>; readonly reasons: Map<string, Set<string>> }

/** Tokens of a line of code. */
const leastWorth = 15

/** Gathers lines under a token limit, one excerpt a file, and none that the chunk shows itself. */
export class ExcerptBook {
  readonly #limit: number
  readonly #shown: ReadonlyMap<string, readonly { readonly first: number; readonly last: number }[]>
  readonly #pages = new Map<string, Page>()
  #tokens = 0

  constructor(chunk: Chunk, limit: number) {
    this.#limit = limit
    const parts = Map.groupBy(chunk.parts, ({ diff }) => diff.path)
    this.#shown = new Map(Array.from(parts, ([path, ofPath]) => [path, ofPath.map(linesShown)]))
  }

  /** Does the chunk show this line, or is it taken already? */
  has(path: string, number: number): boolean {
    const isShown = this.#shown.get(path)?.some(({ first, last }) => first <= number && number <= last)
    return isShown === true || this.#pages.get(path)?.lines.has(number) === true
  }

  /** Takes all of these lines that are not there yet, if they fit into this share of the limit. */
  take(outline: Outline, numbers: readonly number[], reason: Reason, share: number): void {
    const path = outline.path
    const lines = [...new Set(numbers)]
      .filter((number) => number > 0 && number <= outline.length && !this.has(path, number))
      .map((number) => ({ number, text: outline.line(number) }))
    if (lines.every(({ text }) => text.trim() === '')) return
    const page = this.#pages.get(path)
    const tokens = this.#cost(path, page, lines, reason)
    if (this.#tokens + tokens > this.#limit * share) return
    this.#tokens += tokens
    const { lines: taken, reasons } = page ?? { lines: new Map(), reasons: new Map() }
    for (const { number, text } of lines) taken.set(number, text)
    const names = reasons.get(reason.verb) ?? new Set()
    if (reason.name !== null) names.add(reason.name)
    reasons.set(reason.verb, names)
    this.#pages.set(path, { lines: taken, reasons })
  }

  /** Is there no room left in this share for anything worth taking? */
  isFull(share: number): boolean {
    return this.#tokens + leastWorth > this.#limit * share
  }

  excerpts(): readonly Excerpt[] {
    return Array.from(this.#pages, ([path, { lines, reasons }]) => ({
      path,
      lines: Array.from(lines, ([number, text]) => ({ number, text })).sort(
        (one, other) => one.number - other.number,
      ),
      why: Array.from(reasons, ([verb, names]) => [verb, [...names].join(', ')].join(' ').trimEnd()).join(
        '; ',
      ),
    }))
  }

  #cost(path: string, page: Page | undefined, lines: readonly ExcerptLine[], reason: Reason): number {
    const names = page?.reasons.get(reason.verb)
    const isNew = names === undefined || (reason.name !== null && !names.has(reason.name))
    const heading = page === undefined ? tokensPerExcerpt + estimateTokens(path) : 0
    const why = isNew ? estimateTokens(`; ${reason.verb} ${reason.name ?? ''}`) : 0
    return lines.reduce((sum, line) => sum + lineTokens(line), heading + why)
  }
}
