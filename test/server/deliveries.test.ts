import { sign } from '@octokit/webhooks-methods'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { installationOf, readDelivery, refuseUnsigned } from '../../src/server/deliveries.ts'

const secret = 'it-is-a-secret'
const id = '72d3162e-cc78-11e3-81ab-4c9367dc0958'
const payload = { action: 'opened', installation: { id: 7 }, pull_request: { title: 'Grüße, 世界 👋' } }
const body = JSON.stringify(payload)

type Headers = Parameters<typeof readDelivery>[0]

async function headersFor(signed: string, about: Headers = {}, by = secret): Promise<Headers> {
  return {
    ...{ 'x-github-event': 'pull_request', 'x-github-delivery': id, 'content-type': 'application/json' },
    'x-hub-signature-256': await sign(by, signed),
    ...about,
  }
}

const read = async (signed: string, about: Headers = {}) =>
  readDelivery(await headersFor(signed, about), signed, [secret])

describe('a delivery', () => {
  it('is read when it is signed', async () => {
    expect(await read(body)).toEqual({ id, event: 'pull_request', payload })
  })

  it('may be signed with any of the secrets', async () => {
    const secrets = ['newest', 'older', secret]
    for (const by of secrets) {
      expect(await readDelivery(await headersFor(body, {}, by), body, secrets)).toHaveProperty('payload')
    }
    const refused = await readDelivery(await headersFor(body, {}, 'oldest'), body, secrets)
    expect(refused).toMatchObject({ status: 401 })
  })

  it('is refused whatever was changed in its body', async () => {
    const headers = await headersFor(body)
    const change = fc.tuple(fc.nat(body.length), fc.nat(3), fc.string({ maxLength: 3 }))
    await fc.assert(
      fc.asyncProperty(change, async ([at, dropped, added]) => {
        const changed = body.slice(0, at) + added + body.slice(at + dropped)
        fc.pre(changed !== body)
        expect(await readDelivery(headers, changed, [secret])).toMatchObject({ status: 401 })
      }),
    )
  })

  it.each([
    ['no signature', undefined],
    ['an empty one', ''],
    ['two', ['sha256=00', 'sha256=01']],
    ['one of another length', 'sha256=00'],
    ['one that is no hexadecimal', `sha256=${'z'.repeat(64)}`],
    ['one that is not ASCII', `sha256=${'é'.repeat(32)}`],
    ['one of the older kind', `sha1=${'0'.repeat(40)}`],
  ])('is refused with %s', async (_, signature) => {
    expect(await read(body, { 'x-hub-signature-256': signature })).toMatchObject({ status: 401 })
  })

  it('is refused without a body, which nobody can have signed', async () => {
    const headers = await headersFor(body)
    expect(await readDelivery(headers, '', [secret])).toMatchObject({ status: 401 })
  })
})

describe('what is signed', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])(
    'may come as %s',
    async (type) => {
      expect(await read(body, { 'content-type': type })).toMatchObject({ payload })
    },
  )

  it('may come as a form', async () => {
    const form = new URLSearchParams({ other: '1', payload: body }).toString()
    const type = 'application/x-www-form-urlencoded; charset=utf-8'
    expect(await read(form, { 'content-type': type })).toMatchObject({ payload })
  })

  it.each<readonly [string, string, Headers, RegExp]>([
    ['the name of its event', body, { 'x-github-event': undefined }, /X-GitHub-Event/],
    ['its id', body, { 'x-github-delivery': undefined }, /X-GitHub-Delivery/],
    ['an id that can be one', body, { 'x-github-delivery': 'a b' }, /no id/],
    ['an id of bearable length', body, { 'x-github-delivery': 'a'.repeat(101) }, /no id/],
    ['a type that we know', body, { 'content-type': 'text/plain' }, /content type/],
    ['its type', body, { 'content-type': undefined }, /content type/],
    ['an end', '{"action":', {}, /no JSON object/],
    ['an object', '"opened"', {}, /no JSON object/],
    ['anything', 'null', {}, /no JSON object/],
    [
      'a payload in its form',
      'other=1',
      { 'content-type': 'application/x-www-form-urlencoded' },
      /no JSON object/,
    ],
  ])('is refused without %s', async (_, signed, about, reason) => {
    expect(await read(signed, about)).toEqual({ status: 400, reason: expect.stringMatching(reason) })
  })
})

it('what has no signature at all is refused before anything of it is read', async () => {
  expect(refuseUnsigned({})).toMatchObject({ status: 401, reason: expect.stringContaining('webhook secret') })
  expect(refuseUnsigned({ 'x-hub-signature-256': '' })).toMatchObject({ status: 401 })
  expect(refuseUnsigned(await headersFor(body))).toBe(null)
})

describe('the installation of a delivery', () => {
  const of = (payload: unknown) => installationOf({ id, event: 'pull_request', payload })

  it('is the one in its payload', () => {
    expect(of(payload)).toBe(7)
  })

  it.each([{}, [], { installation: null }, { installation: { id: '7' } }, { installation: 7 }])(
    'is none in %j',
    (payload) => {
      expect(of(payload)).toBe(null)
    },
  )
})
