import { graphqlFailure } from './graphql-failure.ts'

export interface PageArguments {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
  readonly before?: string | null
}

/** A page of a list, under GitHub's rules: `first` or `last`, 1 to 100. Source: GitHub GraphQL, "Using pagination". */
export function connection<T, R>(
  name: string,
  items: readonly T[],
  represent: (item: T) => R,
  page: PageArguments,
) {
  const size = pageSize(name, page)
  const start = page.after ? position(page.after) : 0
  const end = page.before ? position(page.before) - 1 : items.length
  const from = page.first == null ? Math.max(start, end - size) : start
  const to = page.first == null ? end : Math.min(end, start + size)
  const nodes = items.slice(from, to).map(represent)
  return {
    totalCount: items.length,
    nodes,
    edges: nodes.map((node, index) => ({ node, cursor: cursor(from + index + 1) })),
    pageInfo: {
      startCursor: nodes.length > 0 ? cursor(from + 1) : null,
      endCursor: nodes.length > 0 ? cursor(from + nodes.length) : null,
      hasPreviousPage: from > 0,
      hasNextPage: to < items.length,
    },
  }
}

function pageSize(name: string, { first, last }: PageArguments): number {
  if (first == null && last == null) {
    throw graphqlFailure(
      'MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    )
  }
  if (first != null && last != null) {
    throw graphqlFailure(
      'INVALID_PAGINATION_BOUNDARIES',
      `Passing both \`first\` and \`last\` values to paginate the \`${name}\` connection is not supported.`,
    )
  }
  const bound = first == null ? 'last' : 'first'
  const size = first ?? last ?? 0
  if (size > 100) {
    throw graphqlFailure(
      'EXCESSIVE_PAGINATION',
      `Requesting ${size} records on the \`${name}\` connection exceeds the \`${bound}\` limit of 100 records.`,
    )
  }
  if (size < 0) {
    throw graphqlFailure(
      'INVALID_PAGINATION_BOUNDARIES',
      `\`${bound}\` on the \`${name}\` connection cannot be less than zero.`,
    )
  }
  return size
}

function cursor(position: number): string {
  return Buffer.from(`cursor:v2:${position}`).toString('base64')
}

function position(text: string): number {
  const found = /^cursor:v2:(\d+)$/.exec(Buffer.from(text, 'base64').toString())
  if (!found)
    throw graphqlFailure('INVALID_CURSOR_ARGUMENTS', `\`${text}\` does not appear to be a valid cursor.`)
  return Number(found[1])
}
