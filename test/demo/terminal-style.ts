import { stripVTControlCharacters, styleText } from 'node:util'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'
export type Paint = (style: Style, text: string) => string

/** https://no-color.org: any value that is not empty means no colour. */
export function paintFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const colourful = stream.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
  return colourful ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text
}

/** Word by word, so that the text can still be wrapped. */
export function paintWords(paint: Paint, style: Style, text: string): string {
  return text.replace(/\S+/g, (word) => paint(style, word))
}

/** How many columns a terminal needs: most emoji take two, marks of zero width none. */
export function columnsOf(text: string): number {
  const visible = stripVTControlCharacters(text).replaceAll(/[\u200B\u200C]|\u200D|\uFE0F/g, '')
  return [...visible].reduce((columns, char) => columns + (/\p{Emoji_Presentation}/u.test(char) ? 2 : 1), 0)
}

/** Breaks lines between words; a word longer than a line stays whole, so that it can be copied. */
export function wrap(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, width))
    .join('\n')
}

function wrapLine(line: string, width: number): string {
  const lines: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`
    if (current !== '' && columnsOf(longer) > width) {
      lines.push(current)
      current = word
    } else current = longer
  }
  return [...lines, current].join('\n')
}

export function indent(text: string, by: string): string {
  return text.replace(/^(?=.)/gm, by)
}
