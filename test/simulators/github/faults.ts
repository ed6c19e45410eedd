import type { JsonObject } from './json.ts'

/** What goes wrong with a request. */
export type Behaviour =
  /** A plain answer instead of handling the request. */
  | {
      readonly status: number
      readonly body?: JsonObject | string
      readonly headers?: Readonly<Record<string, string>>
    }
  /** The connection dies before anything happened. */
  | 'reset'
  /** The request is carried out, then the answer is a 502 page, a dead connection, or half of the JSON. */
  | 'commit-then-502'
  | 'commit-then-reset'
  | 'truncate'
  /** No answer, ever. */
  | 'hang'
  /** Create-review stores the review without its comments, then answers 422. */
  | '422-orphan-body'
  /** Create-review calls the lines of matching comments unresolvable, although they are right. */
  | { readonly lineUnresolved: (comment: JsonObject) => boolean }
  /** Refuses some of the mutations of a GraphQL request, and carries out the others. */
  | { readonly refuseMutation: MutationRefusal }
  /** Waits, then goes on. */
  | { readonly delay: number }
  /** Something else happens first (a push, another run's review), then the request is handled. */
  | { readonly mutate: () => unknown }
  | { readonly redirect: 301 | 302 | 307 | 308; readonly location?: string }

/** Asked about every mutation of a request, by its name in the schema: null lets it through. */
export type MutationRefusal = (
  mutation: string,
  input: JsonObject,
) => { readonly type: string; readonly message: string } | null

export interface Fault {
  readonly method?: string
  /** Tested against the path without `/api/v3`; use `graphql` for GraphQL requests. */
  readonly path?: RegExp
  /** Tested against the query text of GraphQL requests; rules without it never match those by accident. */
  readonly graphql?: RegExp
  /** The first matching request it applies to, from 1. */
  readonly nth?: number
  /** How many matching requests it applies to, 1 unless told; Infinity for all. */
  readonly times?: number
  readonly behaviour: Behaviour
}

export interface Faults {
  add(fault: Fault): void
  clear(): void
  /** The behaviours for a request, in the order they were added. Counts the request for every rule it matches. */
  take(method: string, path: string, query: string | null): readonly Behaviour[]
}

export function faults(): Faults {
  let rules: { readonly fault: Fault; seen: number }[] = []
  return {
    add: (fault) => void rules.push({ fault, seen: 0 }),
    clear: () => {
      rules = []
    },
    take: (method, path, query) => {
      const matching = rules.filter(({ fault }) => matches(fault, method, path, query))
      for (const rule of matching) rule.seen += 1
      return matching.filter(applies).map(({ fault }) => fault.behaviour)
    },
  }
}

function matches(fault: Fault, method: string, path: string, query: string | null): boolean {
  if (fault.method !== undefined && fault.method !== method) return false
  if (query === null) return fault.graphql === undefined && (fault.path?.test(path) ?? true)
  if (fault.graphql !== undefined) return fault.graphql.test(query)
  return fault.path?.test(path) ?? false
}

function applies({ fault, seen }: { readonly fault: Fault; readonly seen: number }): boolean {
  const first = fault.nth ?? 1
  return seen >= first && seen < first + (fault.times ?? 1)
}
