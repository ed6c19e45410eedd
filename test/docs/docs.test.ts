import { existsSync, readdirSync, readFileSync } from 'node:fs'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { inputs } from '../../src/config/inputs.ts'
import { inputDocs, readActionMetadata, root } from './action-metadata.ts'
import { withTables } from './readme-tables.ts'

const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

// biome-ignore lint/suspicious/noTemplateCurlyInString: this is an expression of GitHub Actions
const jobToken = '${{ github.token }}'

const metadata = readActionMetadata()
const docs = inputDocs(metadata)
const readme = read('README.md')
const architecture = read('ARCHITECTURE.md')
const metricsPage = read('docs/metrics.md')
const serverPage = read('docs/server.md')

describe('action.yml', () => {
  it('declares the inputs that the code reads, in the same order', () => {
    expect(Object.keys(metadata.inputs)).toEqual(inputs.map(({ name }) => name))
  })

  it('names the defaults that the code applies', () => {
    // The token's default is an expression that only the runner can evaluate.
    const applied = inputs.map((input) => [
      input.name,
      input.name === 'github-token' ? jobToken : (input.default ?? ''),
    ])
    const named = docs.map((input) => [input.name, /`([^`]+)`/.exec(input.default)?.[1] ?? ''])
    expect(named).toEqual(applied)
  })

  it('gives a default only where an unset input must differ from an empty one', () => {
    const given = Object.entries(metadata.inputs).filter(([, input]) => input.default !== undefined)
    expect(given.map(([name, input]) => [name, input.default])).toEqual([
      ['github-token', jobToken],
      ['base-url', inputs.find(({ name }) => name === 'base-url')?.default],
    ])
  })

  it('marks the inputs whose feature does not exist yet, and no other', () => {
    const marked = docs.filter(({ meaning }) => meaning.includes('No effect yet.'))
    const without = inputs.filter(({ effective }) => !effective)
    expect(marked.map(({ name }) => name)).toEqual(without.map(({ name }) => name))
  })

  it('has the outputs that workflows may rely on', () => {
    expect(Object.keys(metadata.outputs)).toEqual([
      'verdict',
      'reason',
      'findings',
      'highest-severity',
      'review-id',
      'review-url',
      'prompt-tokens',
      'completion-tokens',
      'report',
    ])
  })

  it('runs the bundle on Node 24', () => {
    expect(metadata.runs).toEqual({ using: 'node24', main: 'dist/index.js' })
  })
})

describe('the README', () => {
  it('has the tables that `npm run docs` makes from action.yml', () => {
    expect(readme).toBe(withTables(readme, metadata))
  })

  it.each([
    ['README.md', readme],
    ['docs/metrics.md', metricsPage],
  ])('and %s show steps with existing inputs and outputs only', (_, page) => {
    const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? '')
    const set = blocks.flatMap((block) => inputsSetIn(parse(block)))
    expect(set.length).toBeGreaterThan(0)
    expect(Object.keys(metadata.inputs)).toEqual(expect.arrayContaining(set))
    const used = [...page.matchAll(/steps\.review\.outputs\.([\w-]+)/g)].map((match) => match[1] ?? '')
    expect(Object.keys(metadata.outputs)).toEqual(expect.arrayContaining(used))
  })
})

describe.each([
  ['README.md', readme],
  ['ARCHITECTURE.md', architecture],
  ['docs/metrics.md', metricsPage],
  ['docs/server.md', serverPage],
])('%s', (name, page) => {
  it('links only to files and headings that exist', () => {
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)]
    for (const [link, path = '', heading] of links) {
      const here = new URL(name, root)
      const target = path === '' ? here : new URL(path, here)
      expect(existsSync(target), link).toBe(true)
      if (heading !== undefined) expect(headingsOf(readFileSync(target, 'utf8')), link).toContain(heading)
    }
  })

  it('names only npm scripts that exist', () => {
    const { scripts } = v.parse(
      v.object({ scripts: v.record(v.string(), v.string()) }),
      parse(read('package.json')),
    )
    const named = [...page.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? '')
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named))
  })
})

describe('our workflows', () => {
  const files = readdirSync(new URL('.github/workflows/', root))

  it.each(files)('%s pins every action to a commit and says which version it is', (file) => {
    const uses = [...read(`.github/workflows/${file}`).matchAll(/uses: (.*)/g)].map((match) => match[1] ?? '')
    for (const action of uses) expect(action).toMatch(/^(\.\/|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/)
  })

  it.each(files)('%s starts from least permissions', (file) => {
    expect(read(`.github/workflows/${file}`)).toMatch(/^permissions:/m)
  })
})

/** The keys below every `with:`, however deep. */
function inputsSetIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(inputsSetIn)
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'with' && typeof value === 'object' && value !== null ? Object.keys(value) : inputsSetIn(value),
  )
}

/** As GitHub makes a heading's anchor. */
function headingsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}
