import type { AttributesOf } from './attributes.ts'
import { generatedReason } from './generated-content.ts'
import { compileGlob } from './glob.ts'
import type { Hunk } from './patch.ts'
import { standardReason } from './standard-lists.ts'

/** `paths` of the repository's config file. */
export type PathRules = { readonly include: readonly string[]; readonly exclude: readonly string[] }

export type NotSent = { readonly coverage: 'excluded' | 'generated' | 'binary'; readonly reason: string }

type Rule = { readonly pattern: string; readonly matches: (path: string) => boolean }

/** `**`, `*` and the like say nothing of a file in particular. */
const catchAll = /^[*/]+$/

/** Decides which changed files no model is to see. Compiled once a review. */
export function whatNotToSend(
  rules: PathRules,
  attributes: AttributesOf,
): (path: string, hunks: readonly Hunk[], headText?: string) => NotSent | null {
  const include = rules.include.map(compileRule)
  const closelyIncluded = include.filter(({ pattern }) => !catchAll.test(pattern))
  const exclude = rules.exclude.map(compileExclude).reverse()
  return (path, hunks, headText) => {
    const excluded = exclude.find(({ matches }) => matches(path))
    if (excluded?.takesBack === false)
      return notSent('excluded', `excluded by \`paths\`: ${excluded.pattern}`)
    if (include.length > 0 && !include.some(({ matches }) => matches(path))) {
      return notSent('excluded', 'not in `paths.include`')
    }
    const isNamed = excluded !== undefined || closelyIncluded.some(({ matches }) => matches(path))
    return isNamed ? null : notWorthwhile(path, hunks, headText, attributes(path))
  }
}

function notWorthwhile(
  path: string,
  hunks: readonly Hunk[],
  headText: string | undefined,
  { generated, vendored, diff, binary }: ReturnType<AttributesOf>,
): NotSent | null {
  if (generated === true) return notSent('generated', 'marked as generated in .gitattributes')
  if (vendored === true) return notSent('generated', 'vendored, says .gitattributes')
  // Who says `binary diff` wants it shown.
  if (diff === false || (binary && diff === null))
    return notSent('binary', 'not to be diffed, says .gitattributes')
  const isOwnCode = generated === false || vendored === false
  const standard = isOwnCode ? null : standardReason(path)
  const reason = standard ?? (generated === false ? null : generatedReason(path, hunks, headText))
  return reason === null ? null : notSent('generated', reason)
}

function compileRule(pattern: string): Rule {
  return { pattern, matches: compileGlob(pattern) }
}

/** A leading `!` takes files back, also from all that is skipped by default. */
function compileExclude(pattern: string): Rule & { readonly takesBack: boolean } {
  const takesBack = pattern.startsWith('!')
  return { ...compileRule(takesBack ? pattern.slice(1) : pattern), pattern, takesBack }
}

function notSent(coverage: NotSent['coverage'], reason: string): NotSent {
  return { coverage, reason }
}
