import { isEveryday } from './everyday-names.ts'
import type { Reason } from './excerpt-book.ts'
import { hasNames, type Language, languageOf } from './languages.ts'
import type { Link, Links } from './links.ts'
import type { Outline } from './outline.ts'
import type { TextIndex } from './text-index.ts'

/** Lines that tell something about a name. */
export type Mention = {
  readonly outline: Outline
  /** The line it is about, and some around it. */
  readonly numbers: readonly number[]
  readonly reason: Reason
  readonly score: number
}

/** Where mentions are looked for. */
export type Search = {
  readonly index: TextIndex
  readonly linked: Links
  /** Does the model see this line anyway? */
  readonly isShown: (path: string, number: number) => boolean
}

export type FileToSearch = { readonly outline: Outline; readonly link: Link | null }

/** A name in more texts than that belongs to nobody. */
const mostTexts = 40
const mostNear = 10
const mostFar = 5

/**
 * Files that have the name: those that know each other by an import or their folder, and else, where the name says by
 * itself who is meant, the others.
 */
export function filesToSearch(
  name: string,
  language: Language,
  index: TextIndex,
  linkOf: (path: string) => Link | null,
): { readonly near: readonly FileToSearch[]; readonly far: readonly FileToSearch[] } {
  const paths = index.pathsMaybeWith(name)
  const links = paths.length > mostTexts ? [] : paths.map((path) => ({ path, link: linkOf(path) }))
  const open = (path: string, link: Link | null) => {
    const outline = speaksOf(language, path) ? index.outline(path) : null
    return outline === null ? [] : [{ outline, link }]
  }
  const near = links.filter(({ link }) => link !== null).slice(0, mostNear)
  const far = isDistinctive(name) ? links.filter(({ link }) => link === null) : []
  return {
    near: near.flatMap(({ path, link }) => open(path, link)),
    far: far.length > mostFar ? [] : far.flatMap(({ path }) => open(path, null)),
  }
}

export function bestFirst<Scored extends Mention>(mentions: readonly Scored[]): readonly Scored[] {
  return mentions.toSorted((one, other) => other.score - one.score)
}

function isDistinctive(name: string): boolean {
  return name.length >= 6 && !isEveryday(name)
}

/** Do both speak of the same names? Of tables all languages do. */
function speaksOf(language: Language, path: string): boolean {
  const other = languageOf(path)
  return hasNames(other) && (other === language || other === 'sql' || language === 'sql')
}
