import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask, type Question } from './ask.ts'
import { type Certificate, createCertificate } from './certificate.ts'
import { type PushedGroup, type PushedSample, parseGroups } from './pushed-groups.ts'
import { startProcess } from './server-process.ts'
import type { Labels } from './text-format.ts'

export type PushgatewayOptions = {
  /** Such as `--push.disable-consistency-check`. */
  readonly flags?: readonly string[]
  /** Everything is served below it: `/push`. */
  readonly prefix?: string
  readonly tls?: boolean
  /** Asks for `account`. */
  readonly basicAuth?: boolean
}

export type Pushgateway = AsyncDisposable & {
  /** To be used as `pushgateway-url`. */
  readonly url: string
  /** Null without TLS. */
  readonly certificate: Certificate | null
  groups(): Promise<readonly PushedGroup[]>
  /** All samples of that name which have these labels, among others. */
  samples(name: string, labels?: Labels): Promise<readonly PushedSample[]>
  /** The value of the one such sample; undefined without one. */
  sample(name: string, labels?: Labels): Promise<number | undefined>
  /** What Prometheus scrapes, without the gateway's metrics about itself. */
  exposition(): Promise<string>
  push(group: Labels, text: string, method?: 'POST' | 'PUT'): Promise<void>
  delete(group: Labels): Promise<void>
  wipe(): Promise<void>
  stop(): Promise<void>
  /** On the same port, with nothing left of what was pushed. */
  restart(): Promise<void>
  stderr(): string
}

export const account = { username: 'ci', password: 'open sesame' } as const
/** bcrypt of `account.password`, as the web configuration wants it. */
const passwordHash = '$2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy'

/** The real Pushgateway on a free port of loopback; to be held with `await using`. */
export async function startPushgateway(options: PushgatewayOptions = {}): Promise<Pushgateway> {
  const { flags = [], prefix = '', tls = false, basicAuth = false } = options
  const folder = await mkdtempDisposable(join(tmpdir(), 'patchpilot-pushgateway-'))
  const certificate = tls ? await createCertificate(folder.path) : null
  const webConfig = join(folder.path, 'web.yml')
  await writeFile(webConfig, JSON.stringify(webConfiguration(certificate, basicAuth)))
  const start = (address: string) =>
    startProcess('prometheus-pushgateway', address, [
      // Debian's default would share state between all gateways of the machine.
      '--persistence.file=',
      '--web.enable-admin-api',
      `--web.config.file=${webConfig}`,
      `--web.route-prefix=${prefix}`,
      ...flags,
    ])
  let server = await start('127.0.0.1:0').catch(async (error) => {
    await folder.remove()
    throw error
  })
  const url = `${tls ? 'https' : 'http'}://${server.address}${prefix}`
  const { username, password } = account

  async function call(path: string, question: Question = {}): Promise<string> {
    const { status, body } = await ask(`${url}${path}`, {
      ...question,
      ...(basicAuth ? { headers: { authorization: `Basic ${btoa(`${username}:${password}`)}` } } : {}),
      ...(certificate === null ? {} : { ca: certificate.pem }),
    })
    if (status >= 300) throw new Error(`The Pushgateway answered ${status}: ${body}`)
    return body.toString('utf8')
  }
  const groups = async () => parseGroups(await call('/api/v1/metrics'))
  const samples = async (name: string, labels: Labels = {}) =>
    (await groups())
      .flatMap((group) => group.samples)
      .filter((sample) => sample.name === name && hasLabels(sample.labels, labels))

  return {
    url,
    certificate,
    groups,
    samples,
    async sample(name, labels) {
      const found = await samples(name, labels)
      if (found.length > 1) throw new Error(`${found.length} samples of ${name} have these labels`)
      return found[0]?.value
    },
    async exposition() {
      const lines = (await call('/metrics')).split(/^/m)
      return lines.filter((line) => !/^(# (HELP|TYPE) )?(go|process|pushgateway)_/.test(line)).join('')
    },
    async push(group, text, method = 'POST') {
      await call(groupPath(group), { method, body: text })
    },
    async delete(group) {
      await call(groupPath(group), { method: 'DELETE' })
    },
    async wipe() {
      await call('/api/v1/admin/wipe', { method: 'PUT' })
    },
    stop: () => server.stop(),
    async restart() {
      await server.stop()
      server = await start(server.address)
    },
    stderr: () => server.output(),
    async [Symbol.asyncDispose]() {
      await server.stop()
      await folder.remove()
    },
  }
}

function webConfiguration(certificate: Certificate | null, basicAuth: boolean): object {
  return {
    ...(certificate === null
      ? {}
      : { tls_server_config: { cert_file: certificate.certFile, key_file: certificate.keyFile } }),
    ...(basicAuth ? { basic_auth_users: { [account.username]: passwordHash } } : {}),
  }
}

/** https://github.com/prometheus/pushgateway#url */
function groupPath({ job, ...labels }: Labels): string {
  const encode = (value = '') => (value === '' ? '=' : Buffer.from(value).toString('base64url'))
  const rest = Object.entries(labels).map(([name, value]) => `/${name}@base64/${encode(value)}`)
  return `/metrics/job@base64/${encode(job)}${rest.join('')}`
}

export function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value)
}
