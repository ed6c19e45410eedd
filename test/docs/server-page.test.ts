import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { readText } from '../deploy/files.ts'
import { startServerScene } from '../scenarios/server-setup.ts'
import { readSettings, variableNames } from '../../src/server/settings.ts'
import { root } from './action-metadata.ts'
import { shownVariables } from './env-example.ts'
import { withSettings } from './server-page.ts'

const page = readFileSync(new URL('docs/server.md', root), 'utf8')

/** The cells of each row of the table with this head. */
function rowsBelow(head: string): readonly (readonly string[])[] {
  const table = page.slice(page.indexOf(`| ${head} |`)).split('\n\n')[0] ?? ''
  return table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').map((cell) => cell.trim()))
    .map(([, ...cells]) => cells)
}

describe('docs/server.md', () => {
  it('has the tables that `npm run docs` makes from .env.example and action.yml', () => {
    expect(page).toBe(withSettings(page))
  })

  it('explains every variable, and marks those that are required', () => {
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (.*?) \| (.+) \|$/gm)]
    expect(rows.map(([, name]) => name).toSorted()).toEqual(variableNames.toSorted())
    const required = rows.filter(([, , value]) => value === '**required**').map(([, name]) => name)
    expect(required).toEqual(['GITHUB_APP_ID', 'GITHUB_PRIVATE_KEY_PEM', 'GITHUB_WEBHOOK_SECRET'])
  })

  it('shows the defaults that the server applies', () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    const needed = { GITHUB_APP_ID: '1', GITHUB_WEBHOOK_SECRET: 's', GITHUB_PRIVATE_KEY_PEM: privateKey }
    const shown = shownVariables().filter(({ value }) => value !== '')
    expect(shown.length).toBeGreaterThan(10)
    const all = Object.fromEntries(shown.map(({ name, value }) => [name, value]))
    expect(readSettings(needed)).toMatchObject({ kind: 'valid' })
    expect(readSettings({ ...needed, ...all })).toMatchObject({
      ...readSettings(needed),
      warnings: expect.anything(),
    })
  })

  it('has people give the App by hand what the manifest asks for', () => {
    const Manifest = v.object({
      default_permissions: v.record(v.string(), v.string()),
      default_events: v.array(v.string()),
    })
    const manifest = v.parse(Manifest, JSON.parse(readText('github-app-manifest.json')))
    const inApi = (words = '') => words.toLowerCase().replaceAll(' ', '_')
    const permissions = rowsBelow('repository permission | access | what for').map(([name, access]) => [
      inApi(name),
      access === 'Read and write' ? 'write' : access === 'Read-only' ? 'read' : access,
    ])
    expect(Object.fromEntries(permissions)).toEqual(manifest.default_permissions)
    const events = rowsBelow('event | what it does').map(([name]) => inApi(name))
    expect(events).toEqual(manifest.default_events)
  })

  it('lists the routes that the server has, and the fields that it logs', async () => {
    await using scene = await startServerScene()
    const index = v.parse(
      v.object({ routes: v.array(v.string()) }),
      await (await fetch(scene.server.url)).json(),
    )
    expect(rowsBelow('route | answer').map(([route]) => route)).toEqual(
      index.routes.map((route) => `\`${route}\``),
    )
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await scene.server.logged(/^verdict/)
    const documented = rowsBelow('field | meaning').flatMap(([names = '']) =>
      names.replaceAll('`', '').split(', '),
    )
    const logged = new Set(scene.server.log.flatMap((line) => Object.keys(line)))
    expect([...logged].toSorted()).toEqual(documented.toSorted())
  })
})
