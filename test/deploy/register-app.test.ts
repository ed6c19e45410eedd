import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempDisposable, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { readSettings } from '../../src/server/settings.ts'
import { deployPath, readText } from './files.ts'

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

describe('register-app', () => {
  it('posts our manifest from a page of its own, and fills in .env with what GitHub tells of the App', async () => {
    await using github = await startGitHub(201, {
      ...{
        id: 4711,
        pem: privateKey,
        webhook_secret: 's3cret$&',
        html_url: 'https://github.example/apps/pp',
      },
    })
    await using script = await start('https://reviews.example/', '--github', github.url)
    const page = await (await fetch(script.page)).text()
    const action = new URL(attribute(page, 'action'))
    expect(action.href).toMatch(`${github.url}/settings/apps/new?state=`)
    const manifest = JSON.parse(attribute(page, 'value'))
    expect(manifest).toEqual({
      ...JSON.parse(readText('github-app-manifest.json')),
      url: 'https://reviews.example',
      hook_attributes: { url: 'https://reviews.example/webhook/', active: true },
      redirect_url: `${script.page}/registered`,
    })
    const back = `${manifest.redirect_url}?code=c0de&state=${action.searchParams.get('state')}`
    expect(await (await fetch(back)).text()).toContain('https://github.example/apps/pp/installations/new')
    expect(await script.ended).toBe(0)
    expect(github.requests).toEqual(['POST /api/v3/app-manifests/c0de/conversions'])
    expect((await stat(script.envFile)).mode & 0o777).toBe(0o600)
    expect(await settingsIn(script.envFile)).toMatchObject({
      app: { id: '4711', privateKey: privateKey.trim() },
      webhookSecrets: ['s3cret$&'],
      apiUrl: `${github.url}/api/v3`,
    })
  })

  it('registers it for an organization', async () => {
    await using script = await start('https://reviews.example', '--organization', 'octo')
    const page = await (await fetch(script.page)).text()
    expect(attribute(page, 'action')).toMatch(
      'https://github.com/organizations/octo/settings/apps/new?state=',
    )
  })

  it('takes no code that it did not ask for', async () => {
    await using github = await startGitHub(201, {})
    await using script = await start('https://reviews.example', '--github', github.url)
    expect((await fetch(`${script.page}/registered?code=c0de&state=guessed`)).status).toBe(400)
    expect(github.requests).toEqual([])
  })

  it('says what GitHub answered instead of the App', async () => {
    await using github = await startGitHub(404, { message: 'Not Found' })
    await using script = await start('https://reviews.example', '--github', github.url)
    const state = new URL(attribute(await (await fetch(script.page)).text(), 'action')).searchParams.get(
      'state',
    )
    expect((await fetch(`${script.page}/registered?code=old&state=${state}`)).status).toBe(502)
    expect(await script.ended).toBe(1)
    expect(script.errors()).toContain('GitHub answered 404')
    await expect(stat(script.envFile)).rejects.toThrow('ENOENT')
  })

  it('leaves an App alone that is in .env already, and tells how it is used', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'patchpilot-register-'))
    await writeFile(join(folder.path, '.env'), 'GITHUB_APP_ID=1\n')
    const named = run(folder.path, ['https://reviews.example'])
    expect(await named.ended).toBe(1)
    expect(named.errors()).toContain('.env names an App already')
    const alone = run(folder.path, [])
    expect(await alone.ended).toBe(1)
    expect(alone.errors()).toContain('node deploy/register-app.ts https://')
  })
})

/** GitHub's API, as far as it is asked. */
async function startGitHub(status: number, app: object) {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(app))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : ''
  return {
    ...{ requests, url: `http://127.0.0.1:${port}` },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function run(cwd: string, args: readonly string[]) {
  const script = spawn(process.execPath, [deployPath('register-app.ts'), ...args], { cwd })
  let errors = ''
  script.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const ended = new Promise<number | null>((resolve) => script.once('close', resolve))
  return { script, ended, errors: () => errors }
}

async function start(...args: readonly string[]) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'patchpilot-register-'))
  const { script, ended, errors } = run(folder.path, args)
  const [told] = await once(script.stdout.setEncoding('utf8'), 'data')
  return {
    ...{ page: /http:\S+/.exec(told)?.[0] ?? '', envFile: join(folder.path, '.env'), ended, errors },
    async [Symbol.asyncDispose]() {
      script.kill('SIGKILL')
      await ended
      await folder.remove()
    },
  }
}

function attribute(page: string, name: string): string {
  const text = new RegExp(` ${name}="([^"]*)"`).exec(page.replaceAll(/name="manifest"/g, ''))?.[1] ?? ''
  return text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&')
}

async function settingsIn(envFile: string) {
  const read = readSettings(parseEnv(await readFile(envFile, 'utf8')))
  return read.kind === 'valid' ? read.settings : read.problems
}
