/**
 * Registers a GitHub App with the manifest beside this file, and writes into .env what the server needs of it. The page
 * that GitHub asks for is served here, on this machine only, until the App is there.
 * https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { parseArgs, parseEnv } from 'node:util'

const usage =
  'node deploy/register-app.ts https://patchpilot.example.com [--organization NAME] [--github https://github.example.com]'
const file = '.env'

/** What GitHub tells once, and never again. */
type App = {
  readonly id: string
  readonly pem: string
  readonly webhookSecret: string
  readonly page: string
}

try {
  await registerApp(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}

async function registerApp(args: readonly string[]): Promise<void> {
  const { serverUrl, organization, github } = readArguments(args)
  const env = readEnvFile()
  const account = organization === undefined ? '' : `/organizations/${encodeURIComponent(organization)}`
  const state = randomBytes(16).toString('hex')
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const here = addressOf(server)
  const manifest = {
    ...readManifest(),
    ...{ url: serverUrl, hook_attributes: { url: `${serverUrl}/webhook/`, active: true } },
    redirect_url: `${here}/registered`,
  }
  const form = `<form method="post" action="${escapeHtml(`${github}${account}/settings/apps/new?state=${state}`)}">
    <input type="hidden" name="manifest" value="${escapeHtml(JSON.stringify(manifest))}">
    <button>Register the App on ${escapeHtml(new URL(github).host)}</button></form>`
  process.stdout.write(`Open ${here} in a browser on this machine, where you are signed in to ${github}.\n`)
  const app = await answerUntilRegistered(server, form, state, (code) => fetchApp(github, code))
  writeEnvFile(env, app, github)
  process.stdout.write(`${file} has the App's settings. Install it: ${app.page}/installations/new\n`)
}

function readArguments(args: readonly string[]) {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { organization: { type: 'string' }, github: { type: 'string', default: 'https://github.com' } },
  })
  const [serverUrl] = positionals
  if (positionals.length !== 1 || serverUrl === undefined || !URL.canParse(serverUrl)) throw new Error(usage)
  const withoutSlash = (url: string) => url.replace(/\/+$/, '')
  return { ...values, github: withoutSlash(values.github), serverUrl: withoutSlash(serverUrl) }
}

function readManifest(): object {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('github-app-manifest.json', import.meta.url), 'utf8'),
  )
  return typeof manifest === 'object' && manifest !== null ? manifest : {}
}

function addressOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port to listen on')
  return `http://127.0.0.1:${address.port}`
}

/** Shows the form, and ends when GitHub has sent the browser back with a code for the App. */
function answerUntilRegistered(
  server: Server,
  form: string,
  state: string,
  fetchApp: (code: string) => Promise<App>,
): Promise<App> {
  return new Promise((resolve, reject) => {
    server.on('request', async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
      const code = searchParams.get('code')
      const page = (status: number, body: string) => {
        response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', connection: 'close' })
        response.end(`<!doctype html><title>PatchPilot</title>${body}\n`)
      }
      if (pathname !== '/registered') return page(pathname === '/' ? 200 : 404, form)
      if (code === null || searchParams.get('state') !== state) return page(400, 'Not asked for from here.')
      server.close()
      try {
        const app = await fetchApp(code)
        const install = escapeHtml(`${app.page}/installations/new`)
        page(200, `<p>The App is registered. <a href="${install}">Install it</a> on your repositories.</p>`)
        resolve(app)
      } catch (error) {
        page(502, 'GitHub did not tell the settings of the App; the terminal has the reason.')
        reject(error)
      }
    })
  })
}

async function fetchApp(github: string, code: string): Promise<App> {
  const api = apiOf(github) ?? 'https://api.github.com'
  const url = `${api}/app-manifests/${encodeURIComponent(code)}/conversions`
  const response = await fetch(url, { method: 'POST', headers: { accept: 'application/vnd.github+json' } })
  const answer: unknown = await response.json()
  const text = (name: string): string => {
    const value: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : null
    if (response.ok && (typeof value === 'string' || typeof value === 'number')) return String(value)
    throw new Error(
      `GitHub answered ${response.status} without "${name}": fill in ${file} from the App's page`,
    )
  }
  return {
    ...{ id: text('id'), pem: text('pem') },
    ...{ webhookSecret: text('webhook_secret'), page: text('html_url') },
  }
}

/** Null for github.com, which the server takes by itself. */
function apiOf(github: string): string | null {
  return github === 'https://github.com' ? null : `${github}/api/v3`
}

/** What is to be filled in; an App that is named there stays. */
function readEnvFile(): string {
  const text = readFileSync(existsSync(file) ? file : new URL('../.env.example', import.meta.url), 'utf8')
  if ((parseEnv(text).GITHUB_APP_ID ?? '') !== '')
    throw new Error(`${file} names an App already: move it away to register another`)
  return text
}

function writeEnvFile(text: string, app: App, github: string): void {
  const api = apiOf(github)
  const settings = {
    GITHUB_APP_ID: app.id,
    GITHUB_PRIVATE_KEY_PEM: app.pem.trim().replaceAll('\n', '\\n'),
    GITHUB_WEBHOOK_SECRET: app.webhookSecret,
    ...(api === null ? {} : { GITHUB_API_URL: api }),
  }
  const filled = Object.entries(settings).reduce(withLine, text)
  writeFileSync(file, filled, { mode: 0o600 })
  chmodSync(file, 0o600)
}

function withLine(text: string, [name, value]: readonly [string, string]): string {
  const line = new RegExp(`^(# )?${name}=.*$`, 'm')
  return line.test(text)
    ? text.replace(line, () => `${name}=${value}`)
    : `${text.trimEnd()}\n${name}=${value}\n`
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
