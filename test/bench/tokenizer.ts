import * as v from 'valibot'

/** A package of the benchmark's own, which the type checker need not find. */
const encoding: string = 'gpt-tokenizer/encoding/o200k_base'

const Tokenizer = v.object({ countTokens: v.function() })

/** It takes quadratic time for one long run of the same kind of characters. */
const longestPiece = 4_000

/** Counts tokens as OpenAI's models do. */
export async function loadTokenizer(): Promise<(text: string) => number> {
  const { countTokens } = v.parse(Tokenizer, await import(encoding))
  // What looks like a special token in somebody's code is text, and no error.
  const options = { disallowedSpecial: new Set() }
  return (text) => pieces(text).reduce((sum, piece) => sum + Number(countTokens(piece, options)), 0)
}

/** Cut behind a line where there is one: tokens do not go from one line of code to the next. */
function pieces(text: string): string[] {
  const all: string[] = []
  for (let from = 0; from < text.length; ) {
    const end = from + longestPiece
    const behindLine = end >= text.length ? text.length : text.lastIndexOf('\n', end - 1) + 1
    const to = behindLine > from ? behindLine : end
    all.push(text.slice(from, to))
    from = to
  }
  return all
}
