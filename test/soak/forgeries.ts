import { createHash, createHmac } from 'node:crypto'
import type { OutgoingHttpHeaders } from 'node:http'
import type { SeededRandom } from './seeded-random.ts'

/** A delivery whose signature is not one of these bytes with a secret of the App. */
export type Forgery = {
  readonly kind: string
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer
}

export type Genuine = { readonly body: Buffer; readonly signature: string }

type Material = {
  readonly genuine: Genuine
  /** Of the same App, with another body. */
  readonly other: Genuine
  readonly secrets: readonly [string, ...string[]]
}

type Forge = (
  material: Material,
  random: SeededRandom,
) => Omit<Forgery, 'kind' | 'headers'> & {
  readonly signature: string | string[] | null
  readonly headers?: OutgoingHttpHeaders
}

const header = 'x-hub-signature-256'

export function sign(body: Buffer, secret: string): Genuine {
  return { body, signature: `sha256=${hmac('sha256', secret, body)}` }
}

function hmac(algorithm: string, secret: string, body: Buffer): string {
  return createHmac(algorithm, secret).update(body).digest('hex')
}

function spliced(body: Buffer, at: number, remove: number, insert: Buffer): Buffer {
  return Buffer.concat([body.subarray(0, at), insert, body.subarray(at + remove)])
}

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt8((copy.at(at) ?? 0) ^ (1 << bit), at)
  return copy
}

/** Bytes that are no UTF-8 read as this character, and so does its own encoding. */
const replacement = Buffer.from('\ufffd')

const changedBodies: Readonly<Record<string, (genuine: Genuine, random: SeededRandom) => Buffer>> = {
  'a bit is flipped': ({ body }, random) => flipped(body, random.below(body.length), random.below(8)),
  'a byte is missing': ({ body }, random) => spliced(body, random.below(body.length), 1, Buffer.alloc(0)),
  'a byte is added': ({ body }, random) =>
    spliced(body, random.below(body.length + 1), 0, Buffer.of(random.below(256))),
  'it is cut off': ({ body }, random) => body.subarray(0, random.below(body.length)),
  'blanks follow': ({ body }, random) => Buffer.concat([body, Buffer.alloc(1 + random.below(9), ' \n')]),
  'it is laid out': ({ body }) => Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 2)),
  'another key comes last': ({ body }) => spliced(body, body.length - 1, 0, Buffer.from(',"number":7')),
  'a byte order mark comes first': ({ body }) => spliced(body, 0, 0, Buffer.from('\ufeff')),
  'other bytes read the same': ({ body }, random) =>
    spliced(body, body.indexOf(replacement), replacement.length, Buffer.of(0x80 + random.below(0x40))),
  'it is empty': () => Buffer.alloc(0),
}

const changedSignatures: Readonly<
  Record<string, (material: Material, random: SeededRandom) => string | string[] | null>
> = {
  'of another secret': ({ genuine }, random) => sign(genuine.body, `secret-${random.below(1e9)}`).signature,
  'of all secrets in one': ({ genuine, secrets }) => sign(genuine.body, secrets.join(' ')).signature,
  'of no secret': ({ genuine }) => sign(genuine.body, '').signature,
  'of another body': ({ other }) => other.signature,
  'without a secret': ({ genuine }) => `sha256=${createHash('sha256').update(genuine.body).digest('hex')}`,
  'with secret and body swapped': ({ genuine, secrets }) =>
    `sha256=${createHmac('sha256', genuine.body).update(secrets[0]).digest('hex')}`,
  'by SHA-1': ({ genuine, secrets }) => `sha256=${hmac('sha1', secrets[0], genuine.body)}`,
  'by SHA-1 and says so': ({ genuine, secrets }) => `sha1=${hmac('sha1', secrets[0], genuine.body)}`,
  'by SHA-512': ({ genuine, secrets }) => `sha512=${hmac('sha512', secrets[0], genuine.body)}`,
  'in capitals': ({ genuine }) => `sha256=${genuine.signature.slice(7).toUpperCase()}`,
  'all in capitals': ({ genuine }) => genuine.signature.toUpperCase(),
  'with another prefix': ({ genuine }, random) =>
    `${random.pick(['', 'sha1=', 'sha256:', 'sha256==', 'sha-256=', 'Sha256=', '='])}${genuine.signature.slice(7)}`,
  'in Base64': ({ genuine }) => `sha256=${Buffer.from(genuine.signature.slice(7), 'hex').toString('base64')}`,
  'cut off': ({ genuine }, random) => genuine.signature.slice(0, random.below(genuine.signature.length)),
  'too long': ({ genuine }, random) =>
    `${genuine.signature}${random.pick(['0', 'f', '00', '\u00e9', ';', '=', '%00'])}`,
  'with a bit flipped': ({ genuine }, random) => {
    const digit = 7 + random.below(64)
    const changed = (Number.parseInt(genuine.signature.charAt(digit), 16) ^ (1 << random.below(4))).toString(
      16,
    )
    return `${genuine.signature.slice(0, digit)}${changed}${genuine.signature.slice(digit + 1)}`
  },
  'made of zeros': () => `sha256=${'0'.repeat(64)}`,
  'twice in one header': ({ genuine }) => `${genuine.signature}, ${genuine.signature}`,
  twice: ({ genuine }) => [genuine.signature, genuine.signature],
  'after a wrong one': ({ genuine, other }) => [other.signature, genuine.signature],
  'before a wrong one': ({ genuine, other }) => [genuine.signature, other.signature],
  empty: () => '',
  missing: () => null,
}

const forges: readonly (readonly [kind: string, forge: Forge])[] = [
  ...Object.entries(changedBodies).map(([kind, change]): [string, Forge] => [
    `body: ${kind}`,
    ({ genuine }, random) => ({ body: change(genuine, random), signature: genuine.signature }),
  ]),
  ...Object.entries(changedSignatures).map(([kind, change]): [string, Forge] => [
    `signature: ${kind}`,
    (material, random) => ({ body: material.genuine.body, signature: change(material, random) }),
  ]),
  ['nothing, and signed', ({ secrets }) => sign(Buffer.alloc(0), secrets[0])],
  [
    'SHA-1 alone',
    ({ genuine, secrets }) => ({
      ...{ body: genuine.body, signature: null },
      headers: { 'x-hub-signature': `sha1=${hmac('sha1', secrets[0], genuine.body)}` },
    }),
  ],
  [
    'a signature in another header',
    ({ genuine }, random) => ({
      ...{ body: genuine.body, signature: null },
      headers: { [random.pick(['x-hub-signature', 'x_hub_signature_256', 'signature'])]: genuine.signature },
    }),
  ],
]

export const forgeryKinds: readonly string[] = forges.map(([kind]) => kind)

/** Each kind in its turn. */
export function forgery(index: number, material: Material, random: SeededRandom): Forgery {
  const one = forges[index % forges.length]
  if (one === undefined) throw new Error('there are no forgeries')
  const [kind, forge] = one
  const { body, signature, headers } = forge(material, random)
  return { kind, body, headers: { ...headers, ...(signature === null ? {} : { [header]: signature }) } }
}
