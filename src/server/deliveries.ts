import { verifyWithFallback } from '@octokit/webhooks-methods'
import * as v from 'valibot'

/** An event that GitHub told us of, with a signature of ours. */
export type Delivery = {
  /** The same when GitHub delivers it again. */
  readonly id: string
  readonly event: string
  readonly payload: unknown
}

export type Refusal = { readonly status: 400 | 401; readonly reason: string }

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** For what is not even signed, before its body is read. */
export function refuseUnsigned(headers: Headers): Refusal | null {
  const signature = headers['x-hub-signature-256']
  return typeof signature === 'string' && signature !== ''
    ? null
    : { status: 401, reason: 'no signature: give the App the webhook secret that this server has' }
}

/**
 * Reads a delivery out of a request, or says why not. The signature is checked over the body as it came, before anything
 * of it is looked at. https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export async function readDelivery(
  headers: Headers,
  body: string,
  secrets: readonly string[],
): Promise<Delivery | Refusal> {
  const signature = String(headers['x-hub-signature-256'] ?? '')
  if (!(await isSigned(body, signature, secrets)))
    return { status: 401, reason: 'the signature is not of a webhook secret that this server has' }
  const { 'x-github-event': event, 'x-github-delivery': id } = headers
  if (typeof event !== 'string' || typeof id !== 'string')
    return { status: 400, reason: 'the headers X-GitHub-Event and X-GitHub-Delivery are missing' }
  // The signature covers the body only.
  if (!/^[\w-]{1,100}$/.test(id)) return { status: 400, reason: 'X-GitHub-Delivery is no id' }
  const contentType = String(headers['content-type'] ?? '').toLowerCase()
  if (!contentTypes.some((type) => contentType.startsWith(type)))
    return { status: 400, reason: `the content type is none of ${contentTypes.join(', ')}` }
  const payload = readPayload(contentType, body)
  return payload === undefined
    ? { status: 400, reason: 'the body is no JSON object' }
    : { id, event, payload }
}

/** https://docs.github.com/en/webhooks/using-webhooks/creating-webhooks */
const contentTypes = ['application/json', 'application/x-www-form-urlencoded']

async function isSigned(body: string, signature: string, secrets: readonly string[]): Promise<boolean> {
  const [secret = '', ...others] = secrets
  return body !== '' && signature !== '' && verifyWithFallback(secret, body, signature, others)
}

/** JSON, or a form with JSON in its field `payload`, which an App can be set to. */
function readPayload(contentType: string, body: string): object | undefined {
  const isForm = contentType.startsWith('application/x-www-form-urlencoded')
  const text = isForm ? (new URLSearchParams(body).get('payload') ?? '') : body
  try {
    const payload: unknown = JSON.parse(text)
    return typeof payload === 'object' && payload !== null ? payload : undefined
  } catch {
    return undefined
  }
}

const FromInstallation = v.object({ installation: v.object({ id: v.number() }) })

/** On whose behalf the event is; null where there is none. */
export function installationOf({ payload }: Delivery): number | null {
  const parsed = v.safeParse(FromInstallation, payload)
  return parsed.success ? parsed.output.installation.id : null
}
