import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const src = new URL('../src/', import.meta.url).pathname

/** Innermost first; '' is src/ itself. Folders that share a row do not import from each other. */
const rows = [
  [''],
  ['trigger'],
  ['diff'],
  ['plan'],
  ['surroundings'],
  ['prompt'],
  ['finding'],
  ['publication'],
  ['config'],
  ['ports'],
  ['review'],
  ['metrics'],
  ['adapters'],
  ['host'],
  ['action', 'server', 'cli'],
]

/** Where each package may be imported; one that is not listed may be imported nowhere. */
const addresses: readonly (readonly [packages: RegExp, folders: RegExp])[] = [
  [/^@actions\//, /^action$/],
  [/^@octokit\//, /^adapters\/github$/],
  [/^@octokit\/webhooks-methods$/, /^server$/],
  [/^openai$/, /^adapters\/openai$/],
  [/^(bullmq|ioredis)$/, /^adapters\/queue$/],
  [/^prom-client$/, /^adapters\/prometheus$/],
  [/^valibot$/, /./],
  [/^diff$/, /^diff$/],
  [/^yaml$/, /^config$/],
]

/** What only a host or an adapter may reach for. Everything further in gets it as an argument. */
const outsideWorld = [
  /\bprocess\./,
  /\bDate\.now\b/,
  /\bnew Date\(\)/,
  /\bperformance\.now\b/,
  /\bMath\.random\b/,
  /\brandom(UUID|Bytes|Int)\b/,
  /\bset(Timeout|Interval|Immediate)\b/,
  /\bAbortSignal\.timeout\b/,
  /\bfetch\(/,
  /'node:(fs|os|process|child_process|worker_threads|timers|net|tls|dns|dgram|https?|http2)\b/,
]

const pastTheCompiler =
  /:\s*any\b|\bas any\b|<any\b|\bas unknown as\b|\bas never\b|@ts-(ignore|expect-error|nocheck)/

type SourceFile = {
  readonly path: string
  /** 'diff', 'adapters/github', or '' for src/ itself. */
  readonly folder: string
  readonly text: string
  readonly imports: readonly string[]
}

const files: readonly SourceFile[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(src, path), 'utf8')
    return { path, folder: folderOf(path), text, imports: importsOf(text) }
  })

describe('src/', () => {
  it('has only folders with a row in the architecture', () => {
    expect(files.length).toBeGreaterThan(0)
    expect(files.filter(({ folder }) => rowOf(folder) === -1).map(({ path }) => path)).toEqual([])
  })

  it('imports from the same folder or an earlier row', () => {
    const wrong = files.flatMap((file) =>
      file.imports
        .filter((name) => name.startsWith('.'))
        .map((name) => join(dirname(file.path), name))
        .filter((target) => !mayImport(file.folder, folderOf(target)))
        .map((target) => `${file.path} imports ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('imports each package at its one address', () => {
    const wrong = files.flatMap((file) =>
      file.imports
        .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
        .filter(
          (name) => !addresses.some(([names, folders]) => names.test(name) && folders.test(file.folder)),
        )
        .map((name) => `${file.path} imports ${name}`),
    )
    expect(wrong).toEqual([])
  })

  it('reaches for clock, chance, environment and network in hosts and adapters only', () => {
    const inner = files.filter(({ folder }) => rowOf(folder) <= rowOf('metrics'))
    const wrong = inner.flatMap(({ path, text }) =>
      outsideWorld
        .filter((pattern) => pattern.test(withoutComments(text)))
        .map((pattern) => `${path}: ${pattern}`),
    )
    expect(wrong).toEqual([])
  })

  it('keeps files short enough to read at a sitting', () => {
    const long = files.filter(({ text }) => text.split('\n').length > 251)
    expect(long.map(({ path }) => path)).toEqual([])
  })

  it('never talks its way past the compiler', () => {
    const wrong = files.filter(({ text }) => pastTheCompiler.test(text))
    expect(wrong.map(({ path }) => path)).toEqual([])
  })
})

describe('the rule itself', () => {
  it.each([
    ['diff', 'diff', true],
    ['review', 'diff', true],
    ['diff', '', true],
    ['', 'diff', false],
    ['diff', 'review', false],
    ['adapters/github', 'ports', true],
    ['adapters/github', 'adapters/openai', false],
    ['action', 'adapters/github', true],
    ['action', 'cli', false],
  ])('%j imports from %j: %s', (from, to, allowed) => {
    expect(mayImport(from, to)).toBe(allowed)
  })

  it('sees every form of import', () => {
    const text = [
      "import { a } from './a.ts'",
      "import type {\n  B,\n} from './b.ts'",
      "import './c.ts'",
      "export * from './d.ts'",
      "const e = await import('./e.ts')",
      "const f = await import(/* a hint for 'bundlers' */ './f.ts')",
      "const g = await import(\n  // another\n  /* two\n lines */ './g.ts'\n)",
    ].join('\n')
    expect(importsOf(text)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `./${name}.ts`))
  })
})

function mayImport(from: string, to: string): boolean {
  return from === to || (rowOf(to) !== -1 && rowOf(to) < rowOf(from))
}

function rowOf(folder: string): number {
  const [top = ''] = folder.split('/')
  return rows.findIndex((row) => row.includes(top))
}

/** The first folder of a path, or the first two below adapters/. */
function folderOf(path: string): string {
  const folders = path.split('/').slice(0, -1)
  return folders.slice(0, folders[0] === 'adapters' ? 2 : 1).join('/')
}

function importsOf(text: string): string[] {
  const forms =
    /^(?:import|export)\b[^'"]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\((?:\s|\/\/[^\n]*|\/\*.*?\*\/)*'([^']+)'/gms
  return [...text.matchAll(forms)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

function withoutComments(text: string): string {
  return text.replace(/\/\*.*?\*\//gs, '').replace(/(^|\s)\/\/.*$/gm, '')
}
