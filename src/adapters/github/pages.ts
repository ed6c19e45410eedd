import * as v from 'valibot'
import type { ApiResponse, GitHubApi } from './api.ts'

/** How often a page that is no list of what was asked for is read again. */
const mostReadings = 3

/**
 * All items of a list, following `Link: rel="next"`. A page that arrives damaged is read again and never skipped:
 * octokit's own paginator loses it without a word.
 */
export async function allPages<Item>(
  api: GitHubApi,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  schema: v.GenericSchema<unknown, Item>,
  signal: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = []
  let next: { route: string; parameters: Readonly<Record<string, unknown>> } | null = {
    route,
    parameters: { ...parameters, per_page: 100 },
  }
  while (next !== null) {
    const { response, list }: Page<Item> = await readPage(api, next, schema, signal)
    items.push(...list)
    const url: string | undefined = nextPageUrl(response.headers)
    next = url === undefined ? null : { route: `GET ${url}`, parameters: {} }
  }
  return items
}

/** https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
export function nextPageUrl(headers: Headers): string | undefined {
  return /<([^>]+)>;\s*rel="next"/.exec(headers.get('link') ?? '')?.[1]
}

type Page<Item> = { readonly response: ApiResponse; readonly list: readonly Item[] }

async function readPage<Item>(
  api: GitHubApi,
  page: { route: string; parameters: Readonly<Record<string, unknown>> },
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
