import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ActionRun, runAction } from '../run-action.ts'
import { parseFileCommands } from './file-commands.ts'
import { parseLogCommand, parseLogCommands } from './log-commands.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchpilot-main-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function runScript(script: string, run: Partial<ActionRun> = {}) {
  const main = join(folder, `${Math.random()}.mjs`)
  await writeFile(main, script)
  const payload = {
    pull_request: {
      number: 7,
      head: { ref: 'topic', sha: 'abc' },
      base: { ref: 'main' },
      merge_commit_sha: 'fed',
    },
    repository: { full_name: 'octo/shop' },
  }
  return runAction({
    inputs: {},
    event: { name: 'pull_request', payload },
    github: { url: 'http://127.0.0.1:1', serverUrl: 'http://127.0.0.1:2' },
    ...run,
    main,
  })
}

describe('the environment', () => {
  it('is what the runner sets and nothing else', async () => {
    process.env.OPENAI_API_KEY = 'leaked'
    process.env.NODE_OPTIONS = '--no-warnings'
    const { stdout } = await runScript('console.log(JSON.stringify(process.env))', {
      inputs: { 'base-url': '' },
    })
    delete process.env.OPENAI_API_KEY
    delete process.env.NODE_OPTIONS
    const env: unknown = JSON.parse(stdout)
    expect(env).toMatchObject({
      'INPUT_GITHUB-TOKEN': 'test-token',
      'INPUT_BASE-URL': '',
      'INPUT_MAX-COMMENTS': '',
      GITHUB_API_URL: 'http://127.0.0.1:1',
      GITHUB_REPOSITORY: 'octo/shop',
      GITHUB_REF: 'refs/pull/7/merge',
      GITHUB_SHA: 'fed',
    })
    expect(env).not.toHaveProperty('OPENAI_API_KEY')
    expect(env).not.toHaveProperty('NODE_OPTIONS')
    expect(env).not.toHaveProperty('RUNNER_DEBUG')
  })

  it('takes defaults from action.yml and refuses inputs it does not declare', async () => {
    const { stdout } = await runScript("console.log(process.env['INPUT_BASE-URL'])")
    expect(stdout).toBe('https://api.openai.com/v1\n')
    await expect(runScript('', { inputs: { 'no-such': '1' } })).rejects.toThrow('no-such')
  })
})

it('brings back outputs, summary, report, annotations and exit status', async () => {
  const result = await runScript(`
    import { appendFileSync, readFileSync } from 'node:fs'
    const { GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, GITHUB_EVENT_PATH, RUNNER_TEMP } = process.env
    const number = JSON.parse(readFileSync(GITHUB_EVENT_PATH)).pull_request.number
    appendFileSync(RUNNER_TEMP + '/report.json', JSON.stringify({ number }))
    appendFileSync(GITHUB_OUTPUT, 'report<<EOF\\n' + RUNNER_TEMP + '/report.json\\nEOF\\n')
    appendFileSync(GITHUB_STEP_SUMMARY, '# hello')
    console.log('::error file=a%2Cb.ts,line=3,title=T::50%25%0Adone')
    console.error('::debug::quiet')
    process.exitCode = 3`)
  expect(result).toMatchObject({ exitCode: 3, signal: null, summary: '# hello', report: { number: 7 } })
  expect(result.annotations).toEqual([
    { name: 'error', properties: { file: 'a,b.ts', line: '3', title: 'T' }, message: '50%\ndone' },
  ])
  expect(result.commands).toHaveLength(2)
})

describe('cancellation', () => {
  /** Cancels a script that says when it listens. */
  function cancelledOnceUp(): Partial<ActionRun> {
    let cancel = () => {}
    return {
      onStart: (run) => {
        cancel = () => run.cancel()
      },
      onLine: () => cancel(),
    }
  }

  it('interrupts, and lets the action end by itself', async () => {
    const { exitCode } = await runScript(
      "process.on('SIGINT', () => process.exit(5)); console.log('up'); setInterval(() => {}, 1000)",
      cancelledOnceUp(),
    )
    expect(exitCode).toBe(5)
  })

  it('terminates an action that does not listen, 7.5 seconds later', async () => {
    const { signal, durationMs } = await runScript(
      "process.on('SIGINT', () => {}); console.log('up'); setInterval(() => {}, 1000)",
      cancelledOnceUp(),
    )
    expect(signal).toBe('SIGTERM')
    expect(durationMs).toBeGreaterThan(7_500)
  })
})

describe('workflow commands', () => {
  it('count at the start of a line, in the older form anywhere, and only by registered names', () => {
    expect(parseLogCommand('  ::warning::careful')).toMatchObject({ name: 'warning', message: 'careful' })
    expect(parseLogCommand('text ##[error]bad')).toMatchObject({ name: 'error', message: 'bad' })
    expect(parseLogCommand('text ::error::bad')).toBeNull()
    expect(parseLogCommand('std::vector::push_back')).toBeNull()
    expect(parseLogCommand(':\u200b:error::bad')).toBeNull()
  })

  it('stop between stop-commands and its token', () => {
    const lines = ['::stop-commands::xyz', '::error::no', '::xyz::', '::error::yes']
    expect(parseLogCommands(lines).map(({ message }) => message)).toEqual(['xyz', 'yes'])
  })
})

describe('command files', () => {
  it('hold lines and blocks', () => {
    expect(parseFileCommands('a=1\nb<<X\nline=1\n\nline 2\nX\nc=\n')).toEqual({
      a: '1',
      b: 'line=1\n\nline 2',
      c: '',
    })
  })
  it('are refused where the runner would refuse them', () => {
    expect(() => parseFileCommands('b<<X\nnever ends')).toThrow('delimiter')
    expect(() => parseFileCommands('nonsense')).toThrow('Invalid format')
  })
})
