import { isEveryday } from './everyday-names.ts'
import { type Definition, defines, lastLineOfSignature } from './definitions.ts'
import { isTest } from './file-names.ts'
import type { Link } from './links.ts'
import { languageOf } from './languages.ts'
import { type FileToSearch, filesToSearch, type Mention, type Search } from './mention.ts'
import type { Outline } from './outline.ts'
import type { UsedSymbol } from './used-symbols.ts'

type Found = {
  readonly outline: Outline
  readonly number: number
  readonly kind: Definition['kind']
  readonly score: number
}

const mostPlaces = 2

/** A body no longer than that is shown whole. */
const shortBody = 7
const mostOfBody: Readonly<Record<Definition['kind'], number>> = { function: 3, type: 9, value: 3 }
const mostOfClass = 60
const makesOne =
  /^\s*(?:constructor\s*\(|def __init__\(|def initialize\b|public function __construct\b|init\()/
const linkScores: Readonly<Record<Link, number>> = { same: 5, import: 4, folder: 3 }

/** Where the name that a changed line uses is probably defined; several places only if each could be meant. */
export function definitionsOf(
  { name, path }: UsedSymbol,
  { index, linked, isShown }: Search,
): readonly Mention[] {
  const { near, far } = filesToSearch(name, languageOf(path), index, (other) => linked(path, other))
  const definedIn = ({ outline, link }: FileToSearch): readonly Found[] => {
    if (isTest(outline.path) && !isTest(path)) return []
    return index.occurrences(name, outline.path).flatMap((occurrence) => {
      const { number } = occurrence
      const definition = defines(outline, occurrence, name)
      return definition !== null && !(definition.isMethod && isEveryday(name))
        ? [{ outline, number, kind: definition.kind, score: link === null ? 0 : linkScores[link] }]
        : []
    })
  }
  const known = near.flatMap(definedIn)
  const guessed = known.length > 0 ? [] : far.flatMap(definedIn)
  const found = guessed.length > 1 ? [] : [...known, ...guessed]
  if (found.some(({ outline, number }) => isShown(outline.path, number))) return []
  return found
    .toSorted((one, other) => other.score - one.score)
    .slice(0, mostPlaces)
    .map(({ outline, number, kind, score }) => ({
      outline,
      numbers: [...lineOfDocs(outline, number), ...linesOfDefinition(outline, number, kind)],
      reason: { verb: 'defines', name },
      score,
    }))
}

/** The signature, and as much of the body as tells what it is about; of a class how to make one. */
function linesOfDefinition(outline: Outline, number: number, kind: Definition['kind']): readonly number[] {
  const signature = kind === 'function' ? lastLineOfSignature(outline, number) : number
  const last = outline.lastLineOf(number, signature + mostOfClass)
  if (last <= signature + shortBody) return range(number, last)
  const isClass = kind === 'type' && /\bclass\b/.test(outline.line(number))
  const maker = range(number, last).find((at) => isClass && makesOne.test(outline.line(at)))
  if (maker === undefined) return range(number, Math.min(last, signature + mostOfBody[kind]))
  return [number, ...range(maker, lastLineOfSignature(outline, maker))]
}

/** What the comment above says first. */
function lineOfDocs(outline: Outline, number: number): readonly number[] {
  const isDocs = (at: number) => at > 0 && outline.level(at) < 0 && outline.line(at).trim() !== ''
  let first = number
  while (number - first < 12 && isDocs(first - 1)) first--
  return range(first, number - 1)
    .filter((at) => /[A-Za-z\x80-\uffff]/.test(outline.line(at)))
    .slice(0, 1)
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
}
