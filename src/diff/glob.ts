import { compileWildcards } from './wildcards.ts'

type MatchesPath = (path: string) => boolean

const longestPattern = 1000
/** More than anybody writes, fewer than would take long to build. */
const mostAlternatives = 200

// What shells and other glob libraries know besides; here it would silently match nothing.
const extendedGlob = /[@!+?*]\([^)]*\)/
const range = /\{\w+\.\.\w+\}/

/**
 * What people write for paths. As in `.gitignore`: without a slash it matches in any folder, a leading slash ties it to the
 * root, a folder stands for everything in it. Besides, `{a,b}`. Throws an error that says what is wrong with the pattern.
 */
export function compileGlob(pattern: string): MatchesPath {
  refuseWhatIsNotMeant(pattern)
  const regexes = expandBraces(pattern).flatMap(inFull).map(compileWildcards)
  return (path) => regexes.some((regex) => regex.test(path))
}

/** What is wrong with a pattern, as the end of a sentence; null where nothing is. */
export function patternProblem(pattern: string): string | null {
  try {
    compileGlob(pattern)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function refuseWhatIsNotMeant(pattern: string): void {
  if (pattern.length > longestPattern) throw new Error(`it is longer than ${longestPattern} characters`)
  if (/^[/.\s]*$/.test(pattern)) throw new Error('it names nothing')
  if (pattern.startsWith('!')) throw new Error('it begins with `!` (`\\!` for a name that does)')
  if (extendedGlob.test(pattern)) throw new Error('it has a glob like `@(a|b)`; write `{a,b}`')
  if (range.test(pattern)) throw new Error('it has a range like `{1..3}`; write `{1,2,3}`')
  const [opening, closing] = [/(?<!\\)\{/g, /(?<!\\)\}/g].map((brace) => pattern.match(brace)?.length ?? 0)
  if (opening !== closing) throw new Error('its braces do not pair')
}

/** From the root, and the way into a folder that is named without a wildcard. */
function inFull(pattern: string): readonly string[] {
  const isAnchored = /^\.?\/|\/./s.test(pattern)
  const path = pattern.replace(/^\.?\//, '')
  const whole = isAnchored ? path : `**/${path}`
  if (whole.endsWith('/')) return [`${whole}**`]
  const lastName = whole.slice(whole.lastIndexOf('/') + 1)
  return /[*?[]/.test(lastName) ? [whole] : [whole, `${whole}/**`]
}

/** `a{b,c}` is `ab` and `ac`. Braces without a comma are part of a name. */
function expandBraces(pattern: string): readonly string[] {
  let done: string[] = []
  let left = [pattern]
  while (left.length > 0) {
    const expanded = left.map((one) => ({ one, alternatives: innermostAlternatives(one) }))
    done = [...done, ...expanded.flatMap(({ one, alternatives }) => (alternatives === null ? [one] : []))]
    left = expanded.flatMap(({ alternatives }) => alternatives ?? [])
    if (done.length + left.length > mostAlternatives) {
      throw new Error(`its braces stand for more than ${mostAlternatives} patterns`)
    }
  }
  return done
}

function innermostAlternatives(pattern: string): readonly string[] | null {
  const braces = /(?<!\\)\{((?:\\.|[^{}\\])*)\}/gs
  for (const { 0: all, 1: inner = '', index } of pattern.matchAll(braces)) {
    const names = inner.match(/(?:\\.|[^,\\])+|(?<=,|^)(?=,|$)/gs) ?? []
    if (names.length < 2) continue
    return names.map((name) => pattern.slice(0, index) + name + pattern.slice(index + all.length))
  }
  return null
}
