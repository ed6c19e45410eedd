import type { Language } from './languages.ts'

type Patterns = { readonly [language in Language]?: readonly RegExp[] }

// Every repetition below is bounded or of characters that what follows cannot start with: no line, however hostile,
// takes more than a few hundred steps.
const name = String.raw`([A-Za-z_$\x80-\uffff][\w$\x80-\uffff]*)`
/** `export default async`, `pub(crate)`, `public static final` */
const modifiers = String.raw`^\s*(?:[a-z]\w*(?:\([\w:, ]{0,40}\))?\s+){0,6}?`
const generics = String.raw`\s*(?:<[^>]{0,80}>\s*)?`

/** What a line that defines something begins or ends with: spares most lines the patterns below. */
export const screens: { readonly [language in Language]?: RegExp } = {
  js: /^\s*(?:export|default|declare|async|function|class|abstract|interface|type|enum|namespace|module|const|let|var|public|private|protected|static|override|readonly|get|set)\b|=>|\{\s*$/,
  python: /^(?:\S|\s*(?:async\s+)?(?:def|class)\s)/,
  go: /^(?:func|type|var|const)\b|^\t[A-Z]/,
  rust: /^\s*(?:pub|default|async|unsafe|extern|fn|struct|enum|trait|mod|type|union|const|static|macro_rules!)/,
  ruby: /^\s*(?:[A-Z]|(?:def|class|module|local|function)|private|protected|public)/,
  php: /^\s*(?:public|private|protected|static|final|abstract|readonly|function|class|interface|trait|enum|const)\b/,
  sql: /^\s*create\b/i,
}

export const typePattern = new RegExp(
  String.raw`${modifiers}(?:enum\s+(?:class|struct)|class|interface|trait|struct|enum|record|protocol|object|module|defmodule|namespace|type|typealias|typedef|union|actor|mod)\s+(?:[\w$]{1,60}(?:\.|::)){0,4}${name}(?![\w$]|\s+[*&]*\w+\s*[(;=,]|\s*\*)`,
)

/** `function price`, `async def price`, `func (c *Cart) Price`, `fun Cart.price`, `sub price` */
const functionPattern = new RegExp(
  String.raw`${modifiers}(?:function\b\s*\*?|(?:def|defp|fn|func|fun|sub|macro_rules!)\s)\s*(?:\([^()]{0,120}\)\s*)?${generics}(?:[\w$]{1,60}[.:]{1,2}){0,4}${name}`,
)

/** `int main(`, `public Price priceOf(`, `Cart::price(` */
const typedFunction = new RegExp(
  String.raw`^\s*(?:template\s*<[^>]{0,80}>\s*)?(?:[\w@~][\w<>[\],.?:]*[*&]{0,2}\s+){1,7}[*&]{0,2}(?:\w{1,60}(?:<\w{0,60}>)?::){0,4}~?${name}\s*\(`,
)

const scriptAccess = String.raw`(?:(?:public|private|protected|static|async|override|readonly|get|set|abstract)\s+)`

export const functionPatterns: Patterns = {
  js: [
    functionPattern,
    // price(cart: Cart): number {
    new RegExp(
      String.raw`^\s+${scriptAccess}{0,5}[*#]?${name}${generics}\((?!.*\bfunction\b).*\)\s*(?::[^=]{1,120})?\{\s*$`,
    ),
    // async price(
    new RegExp(String.raw`^\s*${scriptAccess}{1,5}[*#]?${name}${generics}\(`),
    // price: (cart) => …, price = async (cart) => …
    new RegExp(
      String.raw`^\s{1,4}${scriptAccess}{0,5}${name}\s*[:=]\s*(?:async\s*)?(?:function\b|(?:\([^()]{0,200}\)|[\w$]+)(?::[^=]{1,80})?\s*=>(?:\s*$|.{0,80}[({'"\x60.[]))`,
    ),
  ],
  python: [functionPattern],
  go: [functionPattern],
  rust: [functionPattern],
  jvm: [functionPattern, typedFunction],
  csharp: [typedFunction],
  c: [typedFunction],
  ruby: [functionPattern],
  php: [functionPattern],
  swift: [functionPattern],
  shell: [functionPattern, new RegExp(String.raw`^\s*${name}\s*\(\)`)],
}

export const valuePatterns: Patterns = {
  js: [new RegExp(String.raw`^(?:export\s+)?(?:declare\s+)?(?:const|let|var)\s+${name}`)],
  python: [new RegExp(String.raw`^${name}(?:\s*:[^=]{1,80})?\s*=(?!=)`)],
  go: [new RegExp(String.raw`^(?:var|const)\s+${name}`), /^\t([A-Z]\w*)(?:\s+[\w.*]+)?\s*=[^=]/],
  rust: [new RegExp(String.raw`^\s*(?:pub(?:\([\w: ]*\))?\s+)?(?:const|static)\s+(?:mut\s+)?${name}\s*:`)],
  jvm: [
    new RegExp(
      String.raw`^\s*(?:(?:public|private|protected|internal|static|final|const|lateinit|override|val|var)\s+){1,5}(?:[\w<>?[\],.]+\s+){0,2}${name}\s*(?:[:=;]|$)`,
    ),
  ],
  csharp: [
    new RegExp(
      String.raw`^\s*(?:(?:public|private|protected|internal|static|readonly|const|override|virtual|required)\s+){1,5}(?:[\w<>?[\],.]+\s+){1,2}${name}\s*(?:[=;{]|$)`,
    ),
  ],
  c: [new RegExp(String.raw`^\s*#\s*define\s+${name}`)],
  ruby: [/^\s*([A-Z][A-Z0-9_]+)\s*=(?!=)/],
  php: [
    new RegExp(
      String.raw`^\s*(?:(?:public|private|protected|static|final)\s+)*const\s+(?:\w+\s+)?${name}\s*=`,
    ),
  ],
  swift: [new RegExp(String.raw`^(?:(?:public|private|internal|static)\s+)*(?:let|var)\s+${name}`)],
  shell: [new RegExp(String.raw`^(?:export\s+|readonly\s+)?${name}=`)],
}

const sqlThing = String.raw`(?:table|view|function|procedure|index|type|trigger)\s+(?:concurrently\s+)?(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?(?:[\w"\x60]{1,60}\.)?["\x60]?${name}`

/** `CREATE TABLE IF NOT EXISTS shop.orders (` */
export const sqlPattern = new RegExp(
  String.raw`^\s*create\s+(?:or\s+replace\s+)?(?:(?:unique|temporary|temp|materialized|external)\s+)?${sqlThing}`,
  'i',
)

/** `DROP TABLE orders`, `DROP COLUMN notes`, `RENAME COLUMN note TO notes` */
export const sqlRemoval = new RegExp(
  String.raw`\b(?:drop\s+(?:materialized\s+)?${sqlThing}|(?:drop|rename)\s+column\s+(?:if\s+exists\s+)?["\x60]?${name})`,
  'i',
)
