import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { deployPath, readText, readYaml } from './files.ts'

const Service = v.looseObject({
  image: v.optional(v.string()),
  volumes: v.optional(v.array(v.string()), []),
  ports: v.optional(v.array(v.string()), []),
  command: v.optional(v.array(v.string()), []),
  healthcheck: v.optional(v.looseObject({ test: v.array(v.string()) })),
})
const Compose = v.looseObject({
  services: v.record(v.string(), Service),
  volumes: v.record(v.string(), v.unknown()),
})

const { services, volumes } = v.parse(Compose, readYaml('compose.yml'))
const mounts = Object.entries(services).flatMap(([service, { volumes }]) =>
  volumes.map((mount) => {
    const [from = '', to = '', mode = 'rw'] = mount.split(':')
    return { service, from, to, mode }
  }),
)

/** Where a path within a container comes from, below deploy/. */
function source(service: string, path: string): string {
  const mount = mounts.find((one) => one.service === service && path.startsWith(one.to))
  if (mount === undefined) throw new Error(`nothing is mounted at ${path} of ${service}`)
  return mount.from + path.slice(mount.to.length)
}

describe('the compose file', () => {
  it('has the form of the Compose specification, and no bad habit that its linter knows', async () => {
    const dclint = fileURLToPath(new URL('../../node_modules/.bin/dclint', import.meta.url))
    await promisify(execFile)(dclint, ['--max-warnings', '0', deployPath('compose.yml')])
  })

  it('mounts only files and volumes that there are, and its own files read-only', () => {
    expect(mounts.length).toBeGreaterThan(0)
    for (const { from, mode } of mounts) {
      if (!from.startsWith('./')) expect(Object.keys(volumes)).toContain(from)
      else
        expect({ from, exists: existsSync(deployPath(from)), mode }).toEqual({
          from,
          exists: true,
          mode: 'ro',
        })
    }
  })

  const published = Object.entries(services).filter(([, { ports }]) => ports.length > 0)

  it.each(published)('lets only this machine reach %s, on the port where it listens', (_, { ports }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/)
  })

  const pulled = Object.entries(services).filter(([, { image }]) => image !== undefined)

  it.each(pulled)('runs one version of %s, and asks how it is', (_, { image, ports, healthcheck }) => {
    expect(image).toMatch(/^[\w/]+:v?\d+\.\d+\.\d+$/)
    for (const port of ports) expect(healthcheck?.test.join(' ')).toContain(`127.0.0.1:${port.split(':')[2]}`)
  })
})

describe('what compose starts', () => {
  const flag = (service: string, name: string) => {
    const given = services[service]?.command.find((argument) => argument.startsWith(`${name}=`))
    if (given === undefined) throw new Error(`${service} is started without ${name}`)
    return given.slice(name.length + 1)
  }

  it('gives Prometheus the configuration and a place for its data', () => {
    expect(source('prometheus', flag('prometheus', '--config.file'))).toBe('./prometheus/prometheus.yml')
    expect(source('prometheus', flag('prometheus', '--storage.tsdb.path'))).toBe('prometheus')
  })

  it('keeps the sums of the Pushgateway over a restart', () => {
    expect(source('pushgateway', flag('pushgateway', '--persistence.file'))).toBe('pushgateway/metrics')
  })

  it('scrapes the Pushgateway where it listens', () => {
    const config = v.parse(
      v.looseObject({ scrape_configs: v.array(v.looseObject({ job_name: v.string() })) }),
      readYaml('prometheus/prometheus.yml'),
    )
    expect(config.scrape_configs[0]).toMatchObject({
      job_name: 'pushgateway',
      honor_labels: true,
      static_configs: [{ targets: [`pushgateway:${services.pushgateway?.ports[0]?.split(':')[2]}`] }],
    })
  })

  it('shows Grafana where Prometheus and the dashboard are', () => {
    const prometheusPort = services.prometheus?.ports[0]?.split(':')[2]
    expect(readYaml('grafana/provisioning/datasources/prometheus.yml')).toMatchObject({
      datasources: [{ type: 'prometheus', url: `http://prometheus:${prometheusPort}`, isDefault: true }],
    })
    expect(readYaml('grafana/provisioning/dashboards/patchpilot.yml')).toMatchObject({
      providers: [{ type: 'file', options: { path: '/var/lib/grafana/dashboards' } }],
    })
    expect(source('grafana', '/var/lib/grafana/dashboards/patchpilot.json')).toBe('./grafana/patchpilot.json')
    expect(source('grafana', '/etc/grafana/provisioning')).toBe('./grafana/provisioning')
  })

  it('tells Grafana how often Prometheus scrapes', () => {
    const interval = /scrape_interval: (\w+)/.exec(readText('prometheus/prometheus.yml'))?.[1]
    expect(readText('grafana/provisioning/datasources/prometheus.yml')).toContain(`timeInterval: ${interval}`)
  })
})
