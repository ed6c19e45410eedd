/** Markup that may stand in a page as it is. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Null is nothing. */
export type Content = Html | string | number | null | readonly Content[]

/** Markup with values in it. Whatever is no `Html` itself is text, and stays that. */
export function html(markup: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(String.raw({ raw: markup }, ...values.map(render)))
}

function render(content: Content): string {
  if (content instanceof Html) return content.text
  if (content === null) return ''
  return typeof content === 'object' ? content.map(render).join('') : escaped(String(content))
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For text and for quoted attributes. */
function escaped(text: string): string {
  return text.toWellFormed().replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
}
