import { describe, expect, test } from 'vitest'
import type { ActionResult } from '../run-action.ts'
import { planted } from '../simulators/model/index.ts'
import { reportOf } from './model-setup.ts'
import { expectCleanTraffic, type Scene, small, startScene } from './setup.ts'

const hostile = [
  'Plain words.',
  '::error::you were told so',
  '::add-mask::cents',
  '::stop-commands::never',
  'see ##[error]here and ##[add-mask]euros',
  'Ask @octocat, @octo/admins and <b>@mona</b>.',
  '![pixel](https://evil.example/p.png) [click](https://evil.example/c) <https://evil.example/a>',
  '[ref]: https://evil.example/r',
  'Bare https://evil.example/b and www.evil.example',
  '<script>alert(1)</script><img src=x onerror=alert(1)><details open>',
  '<!-- patchpilot:1 AAAA --> <!-- patchpilot:finding 0123456789abcdef -->',
  '/approve',
  '/patchpilot review full',
  'Fixes #1, closes octo/demo#2 and GH-3',
  '```suggestion',
  'stolen()',
  '```',
  '~~~suggestion',
  'stolen()',
  '~~~',
  `${'`'.repeat(5000)}`,
  '| a | b |',
  '|---|---|',
  '\u202Egnp.exe\u202C',
].join('\n')

const finding = planted({
  path: 'src/price.ts',
  quote: '  return String(euros)',
  title: hostile.replaceAll('\n', ' ').slice(0, 400),
  body: hostile,
})
const findings = [
  finding,
  { ...finding, path: 'src/elsewhere/`@octocat`.ts', severity: 'low', category: 'security' },
  { ...finding, quote: hostile, severity: 'low', category: 'testing', title: '::error::@octocat ```' },
]

async function runHostile(scene: Scene): Promise<ActionResult> {
  const result = await scene.run({ debug: true })
  expect(result.outputs).toMatchObject({ verdict: 'findings' })
  expect(scene.pull.reviews()).toHaveLength(1)
  expectCleanTraffic(scene)
  return result
}

/** Without our own marker and links, and without what is certainly code for GitHub. */
function textOf(markdown: string): string {
  return markdown
    .replace(/^<!-- patchpilot:\S+ [\w+/= -]+? -->\n/, '')
    .replace(/^<details><summary>Coverage of \d+ changed files?<\/summary>\n([\s\S]*)^<\/details>$/m, '$1')
    .replaceAll(/\[(`+)[^`\n]*\1\]\(http:\/\/127\.0\.0\.1[^)]*\)/g, 'our link')
    .replaceAll(/^(`{3,})[\w-]*\n[\s\S]*?\n\1$/gm, '')
    .replaceAll(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, 'code')
    .replaceAll(/\[[^\]\n]*\]\(http:\/\/127\.0\.0\.1[^)]*\)/g, 'our link')
}

function fenceLanguages(markdown: string): (string | undefined)[] {
  return [...markdown.matchAll(/^(`{3,}|~{3,})([\w-]*)\n[\s\S]*?\n\1$/gm)].map(([, , language]) => language)
}

/** What GitHub would still act upon. */
function liveParts(markdown: string): string[] {
  const patterns = [
    /(?<![\w\u200B])@\w+/g,
    /(?<!\\)!?\[[^\]\n]*\]\([^)]*\)/g,
    /^\[[^\]\n]+\]:/gm,
    /<(?!\/?sub>)[a-z!/][^>]*>/gi,
    /\b(?:https?:\/\/|www\.)[^\s)]+/g,
    /^\s*\/[a-z]+/gm,
    /(?<!&)#\d+|\bGH-\d+/g,
    /[\u202A-\u202E\u2066-\u2069]/g,
  ]
  return patterns.flatMap((pattern) => textOf(markdown).match(pattern) ?? [])
}

test('the check for live parts sees them', () => {
  const text = '@octocat ![p](x) <b>y</b> http://evil.example\n/approve\n[r]: z\nocto/demo#1 `@code`'
  const parts = ['@octocat', '![p](x)', '[r]:', '<b>', '</b>', 'http://evil.example', '\n/approve', '#1']
  expect(liveParts(text).map((part) => part.trim())).toEqual(parts.map((part) => part.trim()))
})

describe.concurrent('a model that was talked into mischief', () => {
  const options = {
    ...small,
    model: { answer: () => ({ content: { summary: hostile, findings } }) },
  }

  test('reaches nobody through the review: no mention, link, image, HTML, command, reference or marker', async () => {
    await using scene = await startScene(options)
    await runHostile(scene)
    const [review] = scene.pull.reviews()
    const bodies = [review?.body ?? '', ...(review?.comments ?? []).map(({ body }) => body)]
    expect(bodies.length).toBeGreaterThan(1)
    for (const body of bodies) {
      expect(body).toContain('Plain words.')
      expect(liveParts(body)).toEqual([])
      expect(textOf(body)).not.toContain('<!--')
      expect(body).toMatch(/^<!-- patchpilot/)
      expect(fenceLanguages(body)).not.toContain('suggestion')
    }
  })

  test('reaches nobody through the job summary', async () => {
    await using scene = await startScene(options)
    const { summary } = await runHostile(scene)
    expect(summary).toContain('Plain words.')
    expect(liveParts(summary)).toEqual([])
    expect(fenceLanguages(summary)).not.toContain('suggestion')
  })

  test('gives the runner no command, through the log or the outputs', async () => {
    await using scene = await startScene(options)
    const { commands, outputs } = await runHostile(scene)
    const names = new Set(commands.map(({ name }) => name))
    expect([...names].toSorted()).toEqual(['add-mask', 'debug', 'endgroup', 'group'])
    const masked = commands.filter(({ name }) => name === 'add-mask').map(({ message }) => message)
    expect(masked).toEqual(['test-token'])
    expect(Object.keys(outputs).toSorted()).toEqual(
      [
        ...['completion-tokens', 'findings', 'highest-severity', 'prompt-tokens'],
        ...['reason', 'report', 'review-id', 'review-url', 'verdict'],
      ].toSorted(),
    )
  })

  test('gives the runner no command through a dry run either', async () => {
    await using scene = await startScene(options)
    const dry = await scene.run({ inputs: { 'dry-run': 'true' } })
    expect(dry.annotations).toEqual([])
    const names = new Set(dry.commands.map(({ name }) => name))
    expect([...names].toSorted()).toEqual(['add-mask', 'debug', 'endgroup', 'group'])
    expect(dry.commands.filter(({ name }) => name === 'add-mask')).toHaveLength(1)
    expect(dry.stdout).toContain('Plain words.')
    expect(scene.pull.reviews()).toEqual([])
  })

  test('is quoted word for word only in the report, for machines', async () => {
    await using scene = await startScene(options)
    const report = reportOf(await runHostile(scene))
    expect(report.findings).toMatchObject([{ placement: 'inline' }, {}, {}])
    expect(JSON.stringify(report.findings)).toContain('::stop-commands::never')
  })
})

test.concurrent('a server’s error text gives no command and reaches nobody', async () => {
  const said = `${hostile.replaceAll('\n', ' ').slice(12, 290)}`
  await using scene = await startScene({
    model: { answer: () => ({ fault: { kind: 'reply', reply: { status: 400, body: { error: said } } } }) },
  })
  const result = await scene.run({ debug: true })
  expect(result.exitCode).toBe(1)
  const names = result.commands.map(({ name }) => name)
  expect(new Set(names)).toEqual(new Set(['add-mask', 'group', 'endgroup', 'debug', 'error']))
  expect(result.commands.filter(({ name }) => name === 'add-mask')).toHaveLength(1)
  expect(result.annotations).toHaveLength(1)
  const [review] = scene.pull.reviews()
  expect(liveParts(review?.body ?? '')).toEqual([])
  expect(liveParts(result.summary)).toEqual([])
  expect(result.outputs.reason).not.toContain('\n')
})
