import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as v from 'valibot'

/** As it goes over the wire, signed. */
export type SignedDelivery = {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const examples = new URL('node_modules/@octokit/webhooks-examples/api.github.com/index.json', import.meta.url)

const Examples = v.array(
  v.object({ name: v.string(), examples: v.array(v.looseObject({ action: v.optional(v.string()) })) }),
)
const Example = v.looseObject({
  installation: v.object({ id: v.number() }),
  pull_request: v.looseObject({ head: v.looseObject({}) }),
})

/**
 * Deliveries of `synchronize`, each of its own pull request and head, so that every one is a review to do. The payload
 * is one that GitHub sent, from octokit's collection, some 24 KB.
 */
export function signedDeliveries(count: number, secret: string): readonly SignedDelivery[] {
  const payload = synchronizePayload()
  return Array.from({ length: count }, (_, index) => {
    const number = 1_000_000 + index
    const sha = number.toString(16).padStart(40, '0')
    const pullRequest = { ...payload.pull_request, number, head: { ...payload.pull_request.head, sha } }
    const body = Buffer.from(JSON.stringify({ ...payload, number, after: sha, pull_request: pullRequest }))
    return { body, headers: headersOf(body, index, secret) }
  })
}

function synchronizePayload() {
  const all = v.parse(Examples, JSON.parse(readFileSync(examples, 'utf8')))
  const ofPullRequests = all.find(({ name }) => name === 'pull_request')?.examples ?? []
  return v.parse(
    Example,
    ofPullRequests.find(({ action }) => action === 'synchronize'),
  )
}

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers */
function headersOf(body: Buffer, index: number, secret: string) {
  const hex = (algorithm: string) =>
    `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`
  return {
    accept: '*/*',
    'content-length': String(body.length),
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/0000000',
    'x-github-delivery': `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`,
    'x-github-event': 'pull_request',
    'x-github-hook-id': '4711',
    'x-github-hook-installation-target-id': '4711',
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature': hex('sha1'),
    'x-hub-signature-256': hex('sha256'),
  }
}
