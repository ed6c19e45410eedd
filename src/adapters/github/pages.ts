import * as v from 'valibot'
import type { ApiResponse, GitHubApi } from './api.ts'
import { inParallel } from './in-parallel.ts'

/** How often a page that is no list of what was asked for is read again. */
const mostReadings = 3

/**
 * Far below the 100 requests at once that GitHub allows, with room for other reviews of the same installation.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
const mostPagesAtOnce = 8

/**
 * All items of a list, in its order. Where the first page tells how many there are the others are read side by side, else
 * by following `Link: rel="next"`. A page that arrives damaged is read again and never skipped: octokit's own paginator
 * loses it without a word.
 */
export async function allPages<Item>(
  api: GitHubApi,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  schema: v.GenericSchema<unknown, Item>,
  signal: AbortSignal,
): Promise<Item[]> {
  const read = (page: PageAddress) => readPage(api, page, schema, signal)
  const first = await read({ route, parameters: { ...parameters, per_page: 100 } })
  const urls = furtherPageUrls(first.response.headers)
  const pages = [first, ...(await inParallel(urls, mostPagesAtOnce, (url) => read(addressOf(url))))]
  let next = nextPageUrl((pages.at(-1) ?? first).response.headers)
  while (next !== undefined) {
    const page = await read(addressOf(next))
    pages.push(page)
    next = nextPageUrl(page.response.headers)
  }
  return pages.flatMap(({ list }) => list)
}

export function nextPageUrl(headers: Headers): string | undefined {
  return linkedUrl('next', headers)
}

/** https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function linkedUrl(relation: 'next' | 'last', headers: Headers): string | undefined {
  return new RegExp(`<([^>]+)>;\\s*rel="${relation}"`).exec(headers.get('link') ?? '')?.[1]
}

/** Of all pages after this one, where the links to the next and the last differ in nothing but their number. */
function furtherPageUrls(headers: Headers): readonly string[] {
  const [next, last] = [linkedUrl('next', headers), linkedUrl('last', headers)]
  if (next === undefined || last === undefined) return []
  const [from, to] = [pageNumber(next), pageNumber(last)]
  if (!Number.isInteger(from) || !Number.isInteger(to) || numbered(next, to) !== numbered(last, to)) return []
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => numbered(next, from + index))
}

function pageNumber(url: string): number {
  return Number(new URL(url).searchParams.get('page') ?? Number.NaN)
}

function numbered(url: string, page: number): string {
  const address = new URL(url)
  address.searchParams.set('page', String(page))
  return address.href
}

type PageAddress = { readonly route: string; readonly parameters: Readonly<Record<string, unknown>> }
type Page<Item> = { readonly response: ApiResponse; readonly list: readonly Item[] }

function addressOf(url: string): PageAddress {
  return { route: `GET ${url}`, parameters: {} }
}

async function readPage<Item>(
  api: GitHubApi,
  page: PageAddress,
  schema: v.GenericSchema<unknown, Item>,
  signal: AbortSignal,
): Promise<Page<Item>> {
  for (let reading = 1; ; reading++) {
    const response = await api.read(page.route, page.parameters, signal)
    const parsed = v.safeParse(v.array(schema), response.data)
    if (parsed.success) return { response, list: parsed.output }
    if (reading === mostReadings) {
      const issue = parsed.issues[0]
      throw new Error(
        `a page of ${page.route} is not in GitHub's form: ${v.getDotPath(issue) ?? 'page'}: ${issue.message}`,
      )
    }
    await api.pauseBeforeRetry(300 * reading, page.route, 'unusable_answer', signal)
  }
}
