import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { variableNames } from '../../src/server/settings.ts'
import { shownVariables } from '../docs/env-example.ts'
import { freePort } from '../servers/free-port.ts'
import { isMissing } from '../servers/installed.ts'
import { startProgram } from '../servers/server-process.ts'
import { instruction } from './dockerfile.ts'
import { deployPath, readYaml } from './files.ts'

const Compose = v.looseObject({
  services: v.looseObject({
    server: v.looseObject({
      build: v.strictObject({ context: v.string(), dockerfile: v.string() }),
      depends_on: v.record(v.string(), v.strictObject({ condition: v.string() })),
      environment: v.record(v.string(), v.string()),
      env_file: v.array(v.looseObject({ path: v.string() })),
      ports: v.array(v.string()),
      stop_grace_period: v.string(),
    }),
    redis: v.looseObject({
      volumes: v.array(v.string()),
      command: v.tupleWithRest([v.literal('redis-server')], v.string()),
      healthcheck: v.looseObject({ test: v.array(v.string()) }),
    }),
  }),
})
const { server, redis } = v.parse(Compose, readYaml('compose.yml')).services
const run = promisify(execFile)

describe('the server that compose starts', () => {
  it('is built from the clone with our Dockerfile', () => {
    expect(existsSync(deployPath(join(server.build.context, server.build.dockerfile)))).toBe(true)
    expect(deployPath(server.build.context)).toBe(deployPath('../'))
  })

  it('reads the .env of the clone, and is told of nothing that it does not read', () => {
    expect(server.env_file.map(({ path }) => path)).toEqual(['../.env'])
    expect(existsSync(deployPath('../.env.example'))).toBe(true)
    expect(variableNames).toEqual(expect.arrayContaining(Object.keys(server.environment)))
  })

  it('listens where the image says, where the port is published and where Prometheus looks', () => {
    const { PORT } = server.environment
    expect(instruction('EXPOSE')).toBe(PORT)
    expect(server.ports).toEqual([`127.0.0.1:${PORT}:${PORT}`])
    expect(readYaml('prometheus/prometheus.yml')).toMatchObject({
      scrape_configs: expect.arrayContaining([
        expect.objectContaining({
          job_name: 'patchpilot_server',
          dns_sd_configs: [{ names: ['server'], type: 'A', port: Number(PORT) }],
        }),
      ]),
    })
  })

  it('waits for its Redis', () => {
    expect(new URL(server.environment.REDIS_URL ?? '')).toMatchObject({ hostname: 'redis', port: '6379' })
    expect(server.depends_on).toEqual({ redis: { condition: 'service_healthy' } })
  })

  it('has longer to stop than its reviews have to finish, as in the examples of the documentation', () => {
    const drain = shownVariables().find(({ name }) => name === 'PATCHPILOT_DRAIN_SECONDS')
    const seconds = Number(drain?.value) + 20
    expect(server.stop_grace_period).toBe(`${seconds}s`)
    const page = readFileSync(deployPath('../docs/server.md'), 'utf8')
    const examples = page.matchAll(/--stop-timeout (\d+)|TimeoutStopSec=(\d+)|GracePeriodSeconds: (\d+)/g)
    expect([...examples].map((found) => Number(found[1] ?? found[2] ?? found[3]))).toEqual(
      Array(3).fill(seconds),
    )
  })
})

describe.skipIf(isMissing('redis-server'))('the Redis that compose starts', () => {
  it('keeps what is queued, and is well while it lives', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'patchpilot-redis-'))
    const port = String(await freePort())
    const [program, ...flags] = redis.command
    const here = ['--bind', '127.0.0.1', '--port', port, '--dir', folder.path]
    const started = await startProgram(program, [...flags, ...here], (output) =>
      output.includes('Ready to accept connections') ? port : undefined,
    )
    const [, client = '', ...check] = redis.healthcheck.test
    const ask = async (...words: string[]) => (await run(client, ['-p', port, ...words])).stdout.trim()
    try {
      expect(await ask('config', 'get', 'appendonly')).toBe('appendonly\nyes')
      expect(await ask('config', 'get', 'maxmemory-policy')).toBe('maxmemory-policy\nnoeviction')
      expect(await ask(...check)).toBe('PONG')
    } finally {
      await started.stop()
    }
    expect(redis.volumes).toEqual(['redis:/data'])
    await expect(ask(...check)).rejects.toThrow('Connection refused')
  })
})
