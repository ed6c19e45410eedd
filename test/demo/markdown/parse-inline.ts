/** Text inside a block. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis' | 'deleted' | 'small'; readonly inside: readonly Inline[] }
  | { readonly kind: 'link'; readonly url: string; readonly inside: readonly Inline[] }
  | { readonly kind: 'break' }

type Rule = { readonly pattern: RegExp; readonly read: (match: RegExpExecArray) => Inline | null }

/** Tried in this order where one may begin; the first that fits wins. Anything else is plain text. */
const rules: readonly Rule[] = [
  { pattern: /^\\([!-/:-@[-`{-~])/, read: ([, text = '']) => ({ kind: 'text', text }) },
  {
    pattern: /^(`+)(?!`)([\s\S]*?[^`])\1(?!`)/,
    read: ([, , text = '']) => ({ kind: 'code', text: unpad(text) }),
  },
  { pattern: /^<br ?\/?>/, read: () => ({ kind: 'break' }) },
  {
    pattern: /^<su[bp]>([\s\S]*?)<\/su[bp]>/,
    read: ([, text = '']) => ({ kind: 'small', inside: parseInline(text) }),
  },
  { pattern: /^<!--[\s\S]*?-->/, read: () => ({ kind: 'text', text: '' }) },
  { pattern: /^<\/?[a-z][^<>]*>/i, read: () => ({ kind: 'text', text: '' }) },
  {
    pattern: /^\[((?:`[^`]*`|\\.|[^\]\\`])*)\]\((https?:\/\/[^\s()]+)\)/,
    read: ([, text = '', url = '']) => ({ kind: 'link', url, inside: parseInline(text) }),
  },
  {
    pattern: /^\*\*(?=\S)([\s\S]*?\S)\*\*/,
    read: ([, text = '']) => ({ kind: 'strong', inside: parseInline(text) }),
  },
  {
    pattern: /^~~(?=\S)([\s\S]*?\S)~~/,
    read: ([, text = '']) => ({ kind: 'deleted', inside: parseInline(text) }),
  },
  {
    pattern: /^\*(?=[^\s*])([^*]*[^\s*])\*/,
    read: ([, text = '']) => ({ kind: 'emphasis', inside: parseInline(text) }),
  },
  { pattern: /^&(amp|lt|gt|quot|#\d+);/, read: ([, name = '']) => ({ kind: 'text', text: entity(name) }) },
]

export function parseInline(text: string): Inline[] {
  const inlines: Inline[] = []
  let plain = ''
  let at = 0
  while (at < text.length) {
    const found = readAt(text.slice(at))
    if (found === null) {
      plain += text[at]
      at++
      continue
    }
    if (plain !== '') inlines.push({ kind: 'text', text: plain })
    plain = ''
    inlines.push(found.inline)
    at += found.length
  }
  return plain === '' ? inlines : [...inlines, { kind: 'text', text: plain }]
}

/** The words alone. */
export function plainText(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => {
      if (inline.kind === 'break') return '\n'
      return 'inside' in inline ? plainText(inline.inside) : inline.text
    })
    .join('')
}

function readAt(text: string): { readonly inline: Inline; readonly length: number } | null {
  if (!/^[\\`<[*~&]/.test(text)) return null
  for (const { pattern, read } of rules) {
    const match = pattern.exec(text)
    const inline = match === null ? null : read(match)
    if (match !== null && inline !== null) return { inline, length: match[0].length }
  }
  return null
}

/** A code span that begins and ends with a blank loses one on each side. */
function unpad(code: string): string {
  return /^ .*\S.* $/s.test(code) ? code.slice(1, -1) : code
}

function entity(name: string): string {
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }
  return named[name] ?? String.fromCodePoint(Number(name.slice(1)))
}
