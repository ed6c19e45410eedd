/** How bad a place is to cut a text in two: a deeper indent first, then the penalty. */
export type Split = { readonly indent: number; readonly penalty: number }

/**
 * git's weights, found by trying them on much code: https://github.com/git/git/blob/v2.39.5/xdiff/xdiffi.c and
 * https://github.com/mhagger/diff-slider-tools
 */
const penalties = {
  startOfText: 1,
  endOfText: 21,
  blankLine: -30,
  blankLineBelow: 6,
  deeper: -4,
  deeperAfterBlank: 10,
  startOfBlock: 24,
  startOfBlockAfterBlank: 17,
  endOfBlock: 23,
  endOfBlockAfterBlank: 17,
}
const weightOfIndent = 60
const deepestIndent = 200
const mostBlankLines = 20

export function isNoWorse(split: Split, than: Split): boolean {
  return weightOfIndent * Math.sign(split.indent - than.indent) + split.penalty - than.penalty <= 0
}

/** The badness of a cut above line `at`. */
export function badnessOfSplit(texts: readonly string[], at: number): Split {
  const above = nearestCode(texts, at - 1, -1)
  const below = nearestCode(texts, at + 1, 1)
  const ownIndent = indentOf(texts[at])
  const blanksBelow = ownIndent === null ? 1 + below.blanks : 0
  const blanks = above.blanks + blanksBelow
  const indent = ownIndent ?? below.indent
  let penalty = penalties.blankLine * blanks + penalties.blankLineBelow * blanksBelow
  if (above.indent === null && above.blanks === 0) penalty += penalties.startOfText
  if (at >= texts.length) penalty += penalties.endOfText
  if (indent !== null && above.indent !== null) {
    penalty += penaltyOfStep(above.indent, indent, below.indent, blanks > 0)
  }
  return { indent: indent ?? -1, penalty }
}

function penaltyOfStep(above: number, indent: number, below: number | null, afterBlank: boolean): number {
  if (indent === above) return 0
  if (indent > above) return afterBlank ? penalties.deeperAfterBlank : penalties.deeper
  if (below !== null && below > indent)
    return afterBlank ? penalties.startOfBlockAfterBlank : penalties.startOfBlock
  return afterBlank ? penalties.endOfBlockAfterBlank : penalties.endOfBlock
}

/** The indent of the nearest line that is not blank, and how many blank ones are passed; null at an end of the text. */
function nearestCode(
  texts: readonly string[],
  from: number,
  step: 1 | -1,
): { readonly indent: number | null; readonly blanks: number } {
  for (let blanks = 0; blanks < mostBlankLines; blanks++) {
    const at = from + step * blanks
    if (at < 0 || at >= texts.length) return { indent: null, blanks }
    const indent = indentOf(texts[at])
    if (indent !== null) return { indent, blanks }
  }
  return { indent: 0, blanks: mostBlankLines }
}

/** Columns before the first character, a tab to the next eighth; null for a blank line. */
function indentOf(text: string | undefined): number | null {
  let columns = 0
  for (const character of text ?? '') {
    if (character === ' ') columns++
    else if (character === '\t') columns += 8 - (columns % 8)
    else if (character !== '\r') return columns
    if (columns >= deepestIndent) return deepestIndent
  }
  return null
}
