import { columnsOf, indent, type Paint, paintWords, wrap } from '../terminal-style.ts'
import { type Block, parseMarkdown } from './parse.ts'
import { type Inline, plainText } from './parse-inline.ts'

export type DrawCode = (language: string, code: string, width: number) => string | null

/** Markdown as lines of a terminal that is `width` columns wide. */
export function markdownToTerminal(
  markdown: string,
  width: number,
  paint: Paint,
  drawCode: DrawCode = () => null,
): string {
  return new Renderer(paint, drawCode).blocks(parseMarkdown(markdown), width)
}

class Renderer {
  readonly paint: Paint
  readonly drawCode: DrawCode

  constructor(paint: Paint, drawCode: DrawCode) {
    this.paint = paint
    this.drawCode = drawCode
  }

  blocks(blocks: readonly Block[], width: number): string {
    return blocks.map((block) => this.block(block, width)).join('\n\n')
  }

  block(block: Block, width: number): string {
    switch (block.kind) {
      case 'heading':
        return wrap(paintWords(this.paint, 'bold', plainText(block.text)), width)
      case 'paragraph':
        return wrap(this.inline(block.text), width)
      case 'code':
        return (
          this.drawCode(block.language, block.code, width) ??
          indent(paintWords(this.paint, 'cyan', block.code.replaceAll('\t', '  ')), '    ')
        )
      case 'list':
        return block.items
          .map((item, index) => {
            const bullet = block.ordered ? `${index + 1}. ` : '• '
            const text = indent(this.blocks(item, width - bullet.length), ' '.repeat(bullet.length))
            return bullet + text.slice(bullet.length)
          })
          .join('\n')
      case 'quote':
        return indent(this.blocks(block.blocks, width - 2), this.paint('yellow', '▌ '))
      case 'table':
        return this.table(block.rows, width)
      case 'details':
        return `${wrap(this.inline(block.summary), width)}\n${indent(this.blocks(block.blocks, width - 2), '  ')}`
      case 'rule':
        return this.paint('dim', '─'.repeat(Math.min(width, 40)))
    }
  }

  table(rows: readonly (readonly (readonly Inline[])[])[], width: number): string {
    const cells = rows.map((row) => row.map((cell) => this.inline(cell)))
    const widths = shrink(
      (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => columnsOf(row[column] ?? '')))),
      width,
    )
    const lines = cells.map((row) => {
      const wrapped = row.map((cell, column) => wrap(cell, widths[column] ?? width).split('\n'))
      const height = Math.max(...wrapped.map((lines) => lines.length))
      return Array.from({ length: height }, (_, line) =>
        wrapped
          .map((parts, column) => pad(parts[line] ?? '', widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
      ).join('\n')
    })
    const rule = this.paint('dim', widths.map((columns) => '─'.repeat(columns)).join('  '))
    return [lines[0], rule, ...lines.slice(1)].join('\n')
  }

  inline(inlines: readonly Inline[]): string {
    return inlines
      .map((inline): string => {
        switch (inline.kind) {
          case 'text':
            return inline.text
          case 'break':
            return '\n'
          case 'code':
            return paintWords(this.paint, 'cyan', inline.text)
          case 'strong':
            return paintWords(this.paint, 'bold', plainText(inline.inside))
          case 'small':
            return paintWords(this.paint, 'dim', plainText(inline.inside))
          default:
            return this.inline(inline.inside)
        }
      })
      .join('')
  }
}

/** Takes from the widest column until all fit side by side. */
function shrink(natural: readonly number[], width: number): number[] {
  const widths = [...natural]
  const gaps = 2 * (widths.length - 1)
  while (widths.reduce((sum, one) => sum + one, gaps) > width && Math.max(...widths) > 8) {
    const widest = widths.indexOf(Math.max(...widths))
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)))
}
