import { mkdtempDisposable, readFile } from 'node:fs/promises'
import { Agent, type OutgoingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAppServer } from '../servers/app-server.ts'
import { startDeadEnd } from '../servers/dead-end.ts'
import { freePort } from '../servers/free-port.ts'
import { forgery, type Genuine, sign } from './forgeries.ts'
import { seededRandom } from './seeded-random.ts'

export type ForgeriesReport = {
  /** Genuine deliveries between the forged ones that were taken: this server does take deliveries. */
  readonly genuine: number
  readonly refused: number
  /** The kind of each forged delivery that was not answered with 4xx, and what was answered. */
  readonly accepted: readonly string[]
  /** Reviews that the server has to do at the end: one for each genuine delivery. */
  readonly queued: number
  /** Deliveries that the server says to have queued. */
  readonly logged: number
}

const secrets = ['correct-horse', 'battery-staple'] as const
const genuineEvery = 250
const atOnce = 8

/** Sends forged deliveries to the real server, and a genuine one now and then. */
export async function soakForgeries(seed: number, count: number): Promise<ForgeriesReport> {
  const random = seededRandom(seed)
  await using folder = await mkdtempDisposable(join(tmpdir(), 'patchpilot-forgeries-'))
  await using gitHub = await startDeadEnd()
  const logFile = join(folder.path, 'server.log')
  await using server = startAppServer({
    ...{ port: await freePort(), logFile, webhookSecret: secrets.join(' ') },
    ...{ gitHubUrl: gitHub.url, modelUrl: `${gitHub.url}/v1` },
  })
  await server.ready
  using agent = new SendingAgent()
  const send = (headers: OutgoingHttpHeaders, body: Buffer) =>
    post(`${server.url}/webhook/`, headers, body, agent)

  const forged = Array.from({ length: count }, (_, index) =>
    forgery(index, { genuine: delivery(index), other: delivery(count + index), secrets }, random),
  )
  let [genuine, refused, next] = [0, 0, 0]
  const accepted: string[] = []
  async function sendSome() {
    for (let index = next++; index < count; index = next++) {
      if (index % genuineEvery === 0) {
        const { body, signature } = delivery(index)
        if ((await send({ 'x-hub-signature-256': signature }, body)) === 202) genuine++
      }
      const one = forged[index]
      if (one === undefined) continue
      const status = await send(one.headers, one.body)
      if (status >= 400 && status < 500) refused++
      else accepted.push(`${one.kind}: ${status}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, sendSome))
  const queued = queuedJobs(await (await fetch(`${server.url}/metrics`)).text())
  const logged = (await readFile(logFile, 'utf8')).match(/"message":"delivery queued"/g)?.length ?? 0
  return { genuine, refused, accepted, queued, logged }
}

/** Each of its own pull request, with either secret. */
function delivery(index: number): Genuine {
  const payload = {
    action: 'opened',
    number: index + 1,
    pull_request: {
      ...{ number: index + 1, state: 'open', draft: false, title: 'Half a character: \ufffd' },
      head: { sha: index.toString(16).padStart(40, '0') },
    },
    repository: { name: 'shop', owner: { login: 'octo' } },
    installation: { id: 1 },
  }
  return sign(Buffer.from(JSON.stringify(payload)), secrets[index % 2] ?? secrets[0])
}

function queuedJobs(metrics: string): number {
  const jobs = [...metrics.matchAll(/^patchpilot_queue_jobs\{state="\w+"\} (\d+)$/gm)]
  return jobs.reduce((sum, [, value]) => sum + Number(value), 0)
}

class SendingAgent extends Agent {
  constructor() {
    super({ keepAlive: true, maxSockets: atOnce })
  }
  [Symbol.dispose]() {
    this.destroy()
  }
}

function post(url: string, own: OutgoingHttpHeaders, body: Buffer, agent: Agent): Promise<number> {
  const headers = {
    ...{ 'content-type': 'application/json', 'content-length': body.length },
    ...{ 'x-github-event': 'pull_request', 'x-github-delivery': crypto.randomUUID(), ...own },
  }
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers, agent }, (incoming) => {
      incoming.once('error', reject).once('end', () => resolve(incoming.statusCode ?? 0))
      incoming.resume()
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}
