import * as v from 'valibot'
import type { FolderEntry, Place, Source } from '../../ports/source-reader.ts'
import type { GitHubApi } from './api.ts'
import { statusOf } from './failure.ts'
import type { RepositoryName } from './git-tree.ts'

/** In bytes. GitHub cuts texts somewhere above 500,000, and an answer with many large ones takes too long to make. */
export const largestTogether = 400_000

const byteSize = v.number()

const Blob = v.object({
  __typename: v.literal('Blob'),
  byteSize,
  /** Null where GitHub did not look. */
  isBinary: v.nullable(v.boolean()),
  isTruncated: v.boolean(),
  text: v.nullable(v.string()),
})

const Tree = v.object({
  __typename: v.literal('Tree'),
  entries: v.nullable(
    v.array(
      v.object({
        name: v.string(),
        type: v.string(),
        /** Null where the object is not in this repository: a submodule's commit. */
        object: v.nullable(v.object({ byteSize: v.optional(byteSize) })),
      }),
    ),
  ),
})

/** A submodule that is this very repository stands as a commit. */
const Other = v.object({ __typename: v.picklist(['Commit', 'Tag']) })

const SourcesAnswer = v.object({
  repository: v.record(v.string(), v.nullable(v.variant('__typename', [Blob, Tree, Other]))),
})

/** What stands at these places, in their order, by one query. */
export async function askForSources(
  api: GitHubApi,
  { owner, repo }: RepositoryName,
  places: readonly Place[],
  signal: AbortSignal,
): Promise<(Source | null)[]> {
  const expressions = places.map((place, index): [string, string] => [`e${index}`, expressionOf(place)])
  const variables = { owner, repo, ...Object.fromEntries(expressions) }
  const answer: unknown = await api.graphql(queryFor(places.length), variables, signal)
  const found = v.parse(SourcesAnswer, answer).repository
  return places.map((_, index) => {
    const object = found[`o${index}`]
    if (object === undefined) throw new Error(`GitHub left out one of ${places.length} files`)
    return toSource(object)
  })
}

/** As git writes it. The root folder is `commit:`. https://git-scm.com/docs/gitrevisions */
export function expressionOf({ commit, path }: Place): string {
  return `${commit}:${path}`
}

function queryFor(count: number): string {
  const indices = Array.from({ length: count }, (_, index) => index)
  return `query PatchPilotSources($owner: String!, $repo: String!, ${indices.map((index) => `$e${index}: String!`).join(', ')}) {
  repository(owner: $owner, name: $repo) {
    ${indices.map((index) => `o${index}: object(expression: $e${index}) { ...Source }`).join('\n    ')}
  }
}
fragment Source on GitObject {
  __typename
  ... on Blob { byteSize isBinary isTruncated text }
  ... on Tree { entries { name type object { ... on Blob { byteSize } } } }
}`
}

type Found = v.InferOutput<typeof SourcesAnswer>['repository'][string]

function toSource(found: Found): Source | null {
  switch (found?.__typename) {
    case 'Blob':
      return ofBlob(found)
    case 'Tree':
      return { kind: 'folder', entries: (found.entries ?? []).map(ofEntry) }
    default:
      return null
  }
}

function ofBlob({ byteSize, isBinary, isTruncated, text }: v.InferOutput<typeof Blob>): Source {
  if (isBinary === true) return { kind: 'binary' }
  if (isTruncated || byteSize > largestTogether) return { kind: 'large', byteSize }
  if (text === null) return byteSize === 0 ? { kind: 'text', text: '' } : { kind: 'binary' }
  return { kind: 'text', text }
}

const kinds: Readonly<Record<string, FolderEntry['kind']>> = { blob: 'file', tree: 'folder', commit: 'other' }

/** By git's word for what an entry is. */
export function kindOf(type: string): FolderEntry['kind'] {
  return kinds[type] ?? 'other'
}

function ofEntry({
  name,
  type,
  object,
}: NonNullable<v.InferOutput<typeof Tree>['entries']>[number]): FolderEntry {
  const kind = kindOf(type)
  return { name, kind, byteSize: kind === 'file' ? (object?.byteSize ?? null) : null }
}

const PartialAnswer = v.object({
  errors: v.array(v.object({ type: v.optional(v.string()) })),
  data: v.nullish(v.object({ repository: v.nullish(v.unknown()) })),
})

/**
 * The query may have wanted more than GitHub gives at once: it took too long, or some of it is missing in the answer.
 * https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export function askedTooMuch(error: unknown): boolean {
  if ((statusOf(error) ?? 0) >= 500) return true
  const partial = v.safeParse(PartialAnswer, error)
  if (!partial.success) return false
  const types = partial.output.errors.map(({ type }) => type)
  if (types.includes('RESOURCE_LIMITS_EXCEEDED')) return true
  return partial.output.data?.repository != null && !types.includes('FORBIDDEN')
}
