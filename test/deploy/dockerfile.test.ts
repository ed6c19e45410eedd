import { execFile, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { freePort } from '../servers/free-port.ts'
import { command, copied, instruction, instructions } from './dockerfile.ts'
import { deployPath, readText } from './files.ts'

const clone = fileURLToPath(new URL('../../', import.meta.url))

describe('the Dockerfile', () => {
  it('has no fault that its linter knows', async () => {
    const linter = join(clone, 'node_modules/.bin/dockerfile-utils')
    await promisify(execFile)(linter, ['lint', deployPath('Dockerfile')])
  })

  it('takes exactly the version of Node.js that the tests run on', () => {
    expect(instruction('FROM')).toBe(`node:${process.versions.node}-trixie-slim`)
  })

  it('copies the bundle, and lets the builder see nothing else', () => {
    const ignored = readText('Dockerfile.dockerignore').split('\n')
    expect(ignored.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
      '*',
      ...copied.map(({ from }) => `!${from}`),
    ])
    expect(copied).toEqual([{ from: 'dist/server/', to: 'dist/server/' }])
  })

  it('brings nothing else into the image, no setting and no secret', () => {
    const names = ['FROM', 'WORKDIR', 'COPY', 'USER', 'EXPOSE', 'STOPSIGNAL', 'HEALTHCHECK', 'CMD']
    expect(instructions.map(({ name }) => name)).toEqual(names)
  })

  it('runs the server as a user that is not root, and is stopped by the signal that drains it', () => {
    expect(instruction('USER')).toBe('node')
    expect(instruction('STOPSIGNAL')).toBe('SIGTERM')
  })
})

describe('the command of the Dockerfile', () => {
  it('needs no more than what is copied, may only read that, is found healthy, and ends on SIGTERM', async () => {
    await using image = await mkdtempDisposable(join(tmpdir(), 'patchpilot-image-'))
    for (const { from, to } of copied) await cp(join(clone, from), join(image.path, to), { recursive: true })
    const port = await freePort()
    const env = environment(image.path, port)
    const [program, ...args] = command(instruction('CMD'))
    const server = spawn(program, args, { cwd: image.path, env, stdio: ['ignore', 'ignore', 'inherit'] })
    const ended = once(server, 'close')
    try {
      await expect.poll(() => isHealthy(env)).toBe(true)
      expect(await isHealthy({ ...env, PORT: String(await freePort()) })).toBe(false)
      server.kill('SIGTERM')
      expect(await ended).toEqual([0, null])
      expect(await isHealthy(env)).toBe(false)
    } finally {
      server.kill('SIGKILL')
    }
  })
})

/** Node.js' own permissions stand in for a user without any: reads outside the folder and all writes are refused. */
function environment(folder: string, port: number): Readonly<Record<string, string>> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  return {
    PATH: dirname(process.execPath),
    NODE_OPTIONS: `--permission --allow-fs-read=${folder}`,
    ...{ HOST: '127.0.0.1', PORT: String(port) },
    ...{ GITHUB_APP_ID: '1', GITHUB_PRIVATE_KEY_PEM: privateKey, GITHUB_WEBHOOK_SECRET: 'secret' },
    // Nobody is there.
    ...{ GITHUB_API_URL: 'http://127.0.0.1:9', OPENAI_BASE_URL: 'http://127.0.0.1:9' },
  }
}

/** Runs the check as the engine does: whether it is well is the exit status. */
async function isHealthy(env: Readonly<Record<string, string>>): Promise<boolean> {
  const [program, ...args] = command(instruction('HEALTHCHECK'))
  const check = spawn(program, args, { env, stdio: 'ignore' })
  const [status] = await once(check, 'close')
  return status === 0
}
