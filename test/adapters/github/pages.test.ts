import { Octokit } from '@octokit/core'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { GitHubApi } from '../../../src/adapters/github/api.ts'
import { allPages } from '../../../src/adapters/github/pages.ts'

type Served = { readonly body: string; readonly link?: string }

const page = (number: number) => `https://github.example/items?per_page=100&page=${number}`
const link = (relation: string, url: string) => `<${url}>; rel="${relation}"`
const items = (count: number) => Array.from({ length: count }, (_, index) => index)

/** A list on a server, page by page, and how it was asked for. */
function server(serve: (page: number, reading: number) => Served) {
  const asked: string[] = []
  let [open, mostOpen] = [0, 0]
  const fetch = async (address: string) => {
    const url = new URL(address)
    const number = Number(url.searchParams.get('page') ?? 1)
    asked.push(`${number}`)
    open += 1
    mostOpen = Math.max(mostOpen, open)
    // Later pages come sooner.
    for (let turn = 0; turn < 200 - number; turn++) await Promise.resolve()
    open -= 1
    const reading = asked.filter((other) => other === `${number}`).length
    const { body, link: header } = serve(number, reading)
    const headers = { 'content-type': 'application/json', ...(header === undefined ? {} : { link: header }) }
    return new Response(body, { headers })
  }
  const octokit = new Octokit({ baseUrl: 'https://github.example', request: { fetch } })
  const read = () =>
    allPages(new GitHubApi(octokit, () => {}), 'GET /items', {}, v.number(), new AbortController().signal)
  return { asked, read, mostOpen: () => mostOpen }
}

/** Three items a page. */
const body = (number: number) => JSON.stringify(items(3).map((index) => (number - 1) * 3 + index))

const counted = (last: number) => (number: number) => ({
  body: body(number),
  ...(number < last ? { link: `${link('next', page(number + 1))}, ${link('last', page(last))}` } : {}),
})

describe('a list of many pages', () => {
  it('is one request when it has one page', async () => {
    const { asked, read } = server(counted(1))
    expect(await read()).toEqual(items(3))
    expect(asked).toEqual(['1'])
  })

  it('is read side by side once it is known how many there are, and put together in order', async () => {
    const { asked, read, mostOpen } = server(counted(30))
    expect(await read()).toEqual(items(90))
    expect(asked).toEqual(items(30).map((index) => `${index + 1}`))
    expect(mostOpen()).toBe(8)
  })

  it('is followed page by page where the server does not say how many there are', async () => {
    const { asked, read, mostOpen } = server((number) => ({
      body: body(number),
      ...(number < 4 ? { link: link('next', page(number + 1)) } : {}),
    }))
    expect(await read()).toEqual(items(12))
    expect(asked).toEqual(['1', '2', '3', '4'])
    expect(mostOpen()).toBe(1)
  })

  it('is followed page by page where the pages have no numbers', async () => {
    const cursor = (number: number) =>
      `https://github.example/items?page=${number}&after=${'x'.repeat(number)}`
    const { asked, read, mostOpen } = server((number) => ({
      body: body(number),
      ...(number < 4 ? { link: `${link('next', cursor(number + 1))}, ${link('last', cursor(4))}` } : {}),
    }))
    expect(await read()).toEqual(items(12))
    expect(asked).toEqual(['1', '2', '3', '4'])
    expect(mostOpen()).toBe(1)
  })

  it('is followed further where it has grown meanwhile', async () => {
    const { read } = server((number) => counted(number < 3 ? 3 : 4)(number))
    expect(await read()).toEqual(items(12))
  })

  it.each([
    ['half of it', '[3, 4'],
    ['nothing', ''],
    ['something else', '{"message": "Server Error"}'],
  ])('is read again where a page arrives as %s', async (_, damaged) => {
    const { asked, read } = server((number, reading) => ({
      ...counted(3)(number),
      ...(number === 2 && reading === 1 ? { body: damaged } : {}),
    }))
    expect(await read()).toEqual(items(9))
    expect(asked).toEqual(['1', '2', '3', '2'])
  })

  it('fails rather than miss a page', async () => {
    const { read } = server((number) => ({
      ...counted(3)(number),
      ...(number === 2 ? { body: '[0.5' } : {}),
    }))
    await expect(read()).rejects.toThrow("is not in GitHub's form")
  })
})
