import {
  type AttributeLine,
  type AttributeState,
  readAttributeLine,
  splitAttributeLines,
} from './attribute-lines.ts'

/** What `.gitattributes` say of a path; null where they say nothing. */
export type AttributesOf = (path: string) => {
  readonly generated: boolean | null
  readonly vendored: boolean | null
  readonly diff: boolean | null
  readonly binary: boolean
}

export type AttributesFile = {
  /** Where the file lies; '' is the root. */
  readonly folder: string
  readonly text: string
}

const wanted: ReadonlySet<string> = new Set(['linguist-generated', 'linguist-vendored', 'diff', 'binary'])

/** More than people write; each is tried on each path. */
const mostLines = 1000

// https://git-scm.com/docs/gitattributes#_using_macro_attributes
const builtIn: readonly AttributeState[] = [
  { name: 'diff', value: false },
  { name: 'merge', value: false },
  { name: 'text', value: false },
]

/** Reads `.gitattributes` files as git does: https://git-scm.com/docs/gitattributes. */
export function parseAttributes(files: readonly AttributesFile[]): AttributesOf {
  const lines = files
    .toSorted((a, b) => depth(a.folder) - depth(b.folder))
    .flatMap(({ folder, text }) => splitAttributeLines(text).map((line) => ({ folder, line })))
    .slice(0, mostLines)
    .flatMap(({ folder, line }) => readAttributeLine(folder, line) ?? [])
  const macros = new Map([['binary', builtIn]])
  for (const line of lines) if (line.kind === 'macro') macros.set(line.name, line.states)
  const rules = lines.filter((line) => line.kind === 'rule').filter((rule) => isOfUse(rule, macros))
  rules.reverse()
  return (path) => {
    const found = new Map<string, AttributeState['value']>()
    for (const { matches, states } of rules) {
      if (matches(path)) take(states, macros, found)
    }
    return {
      generated: linguistValue(found.get('linguist-generated')),
      vendored: linguistValue(found.get('linguist-vendored')),
      diff: gitValue(found.get('diff')),
      binary: found.get('binary') === true,
    }
  }
}

type Macros = ReadonlyMap<string, readonly AttributeState[]>

function isOfUse({ states }: AttributeLine, macros: Macros): boolean {
  return states.some(({ name }) => wanted.has(name) || macros.has(name))
}

/** Backwards, as git does: what is said last is found first and stays. */
function take(
  states: readonly AttributeState[],
  macros: Macros,
  found: Map<string, AttributeState['value']>,
): void {
  for (const { name, value } of states.toReversed()) {
    if (found.has(name)) continue
    found.set(name, value)
    if (value === true) take(macros.get(name) ?? [], macros, found)
  }
}

function depth(folder: string): number {
  return folder === '' ? 0 : folder.split('/').length
}

/** As linguist's `boolean_attribute` has it, all but "false" is a yes. */
function linguistValue(value: AttributeState['value'] | undefined): boolean | null {
  if (value === undefined || value === null) return null
  return value !== false && value !== 'false'
}

function gitValue(value: AttributeState['value'] | undefined): boolean | null {
  return typeof value === 'string' ? true : (value ?? null)
}
