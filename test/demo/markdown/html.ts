import { type Block, parseMarkdown } from './parse.ts'
import type { Inline } from './parse-inline.ts'

export type HtmlOptions = {
  /** Draws a fenced block; null leaves it to be shown as code. */
  readonly drawCode?: (language: string, code: string) => string | null
  /** Where a link leads instead. */
  readonly linkTo?: (url: string) => string
}

/** Markdown as HTML. Everything that came from outside is escaped. */
export function markdownToHtml(markdown: string, options: HtmlOptions = {}): string {
  return blocksToHtml(parseMarkdown(markdown), options)
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function blocksToHtml(blocks: readonly Block[], options: HtmlOptions): string {
  return blocks.map((block) => blockToHtml(block, options)).join('\n')
}

function blockToHtml(block: Block, options: HtmlOptions): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${inlineToHtml(block.text, options)}</h${block.level}>`
    case 'paragraph':
      return `<p>${inlineToHtml(block.text, options)}</p>`
    case 'code':
      return (
        options.drawCode?.(block.language, block.code) ?? `<pre><code>${escapeHtml(block.code)}</code></pre>`
      )
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul'
      const items = block.items.map((item) => `<li>${blocksToHtml(item, options)}</li>`)
      return `<${tag}>${items.join('')}</${tag}>`
    }
    case 'quote': {
      const inside = blocksToHtml(block.blocks, options)
      if (block.alert === null) return `<blockquote>${inside}</blockquote>`
      const title = `<p class="alert-title">${escapeHtml(block.alert)}</p>`
      return `<blockquote class="alert ${escapeHtml(block.alert)}">${title}${inside}</blockquote>`
    }
    case 'table': {
      const [head = [], ...rows] = block.rows
      const row = (cells: readonly (readonly Inline[])[], tag: string) =>
        `<tr>${cells.map((cell) => `<${tag}>${inlineToHtml(cell, options)}</${tag}>`).join('')}</tr>`
      return `<table class="grid"><thead>${row(head, 'th')}</thead><tbody>${rows.map((cells) => row(cells, 'td')).join('')}</tbody></table>`
    }
    case 'details':
      return `<details><summary>${inlineToHtml(block.summary, options)}</summary>${blocksToHtml(block.blocks, options)}</details>`
    case 'rule':
      return '<hr>'
  }
}

const tags = { strong: 'strong', emphasis: 'em', deleted: 'del', small: 'small' } as const

function inlineToHtml(inlines: readonly Inline[], options: HtmlOptions): string {
  return inlines
    .map((inline) => {
      switch (inline.kind) {
        case 'text':
          return escapeHtml(inline.text)
        case 'code':
          return `<code>${escapeHtml(inline.text)}</code>`
        case 'break':
          return '<br>'
        case 'link':
          return `<a href="${escapeHtml(options.linkTo?.(inline.url) ?? inline.url)}">${inlineToHtml(inline.inside, options)}</a>`
        default:
          return `<${tags[inline.kind]}>${inlineToHtml(inline.inside, options)}</${tags[inline.kind]}>`
      }
    })
    .join('')
}
