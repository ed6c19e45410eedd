import { describe, expect, it } from 'vitest'
import { readRepositoryConfig } from '../../src/config/repository-config.ts'
import { parseYaml } from '../../src/config/yaml.ts'

const read = (text: string | null) =>
  readRepositoryConfig('.github/patchpilot.yml', text, async (yaml) => parseYaml(yaml))
const nothing = { paths: { include: [], exclude: [] }, problems: [] }

describe('the config file of a repository', () => {
  it.each([null, '', '\n', '# nothing yet\n'])('need not say anything: %j', async (text) => {
    expect(await read(text)).toEqual(nothing)
  })

  it('says which paths are reviewed', async () => {
    const text = 'paths:\n  include: [src/**, package-lock.json]\n  exclude:\n    - "**/*.sql"\n'
    expect((await read(text)).paths).toEqual({
      include: ['src/**', 'package-lock.json'],
      exclude: ['**/*.sql'],
    })
  })

  it('takes files back from what is excluded', async () => {
    const text = "paths: {exclude: ['*.sql', '!schema.sql']}"
    expect((await read(text)).paths.exclude).toEqual(['*.sql', '!schema.sql'])
  })

  it.each([
    ['no YAML', 'paths:\n  include: [src', /is no YAML: .* at line 2/],
    ['another form', 'paths: src', /`paths`: .*allowed is `paths: \{include: \[glob\]/],
    ['a number for a pattern', 'paths: {include: [1]}', /`paths\.include\.0`/],
    ['a misspelt key', 'paths: {inclde: [a]}', /`paths\.inclde`/],
    ['a list', '- a\n- b\n', /a list where names/],
    ['an empty pattern', 'paths: {exclude: [""]}', /`paths\.exclude\.0`/],
    [
      'a pattern that cannot be used',
      'paths: {exclude: ["*.sql", "src/[a"]}',
      /`paths\.exclude\.1`: a pattern that cannot be used: it has a `\[` without a `\]`/,
    ],
    [
      'something taken back from what is included',
      'paths: {include: ["!a"]}',
      /`paths\.include\.0`: .*begins with `!`/,
    ],
    ['nothing taken back', 'paths: {exclude: ["!"]}', /`paths\.exclude\.0`: .*names nothing/],
    [
      'references that unfold without end',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\npaths: {include: [*c]}\n`,
      /is no YAML: Excessive alias count/,
    ],
  ])('with %s is told as such, and the review runs without it', async (_what, text, problem) => {
    const { paths, problems } = await read(text)
    expect(paths).toEqual(nothing.paths)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(problem)
    expect(problems[0]).toMatch(/^`\.github\/patchpilot\.yml`.*The review ran without it$/)
  })
})
