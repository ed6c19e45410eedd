import { type Answer, type Call, ok } from './route.ts'

/** Default 30, at most 100 a page, absolute URLs in `Link`. Source: GitHub REST, "Using pagination". */
export function pageOf<T>(
  call: Call,
  items: readonly T[],
): { page: readonly T[]; headers: Record<string, string> } {
  const size = perPage(call)
  const number = positive(call.query.get('page')) ?? 1
  const last = Math.max(1, Math.ceil(items.length / size))
  const links: string[] = []
  const link = (page: number, relation: string) => {
    const url = new URL(call.url)
    url.searchParams.set('page', String(page))
    links.push(`<${url.href}>; rel="${relation}"`)
  }
  if (number > 1) link(Math.min(number - 1, last), 'prev')
  if (number < last) link(number + 1, 'next')
  if (number < last) link(last, 'last')
  if (number > 1) link(1, 'first')
  const page = items.slice((number - 1) * size, number * size)
  return { page, headers: links.length > 0 ? { link: links.join(', ') } : {} }
}

export function paginated<T>(call: Call, items: readonly T[], represent: (item: T) => unknown): Answer {
  const { page, headers } = pageOf(call, items)
  return ok(page.map(represent), headers)
}

export function perPage(call: Call): number {
  return Math.min(positive(call.query.get('per_page')) ?? 30, 100)
}

function positive(value: string | null): number | null {
  const number = Number(value)
  return value !== null && Number.isInteger(number) && number > 0 ? number : null
}
