import { readFileSync } from 'node:fs'
import {
  buildSchema,
  type DocumentNode,
  defaultFieldResolver,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLFormattedError,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { fullName, timestamp } from '../accounts.ts'
import type { MutationRefusal } from '../faults.ts'
import { isObject, type JsonObject, text } from '../json.ts'
import { GitHubError } from '../rest/errors.ts'
import { type Answer, canSee, ok, type Viewer } from '../rest/route.ts'
import type { World } from '../state.ts'
import { graphqlFailure } from './graphql-failure.ts'
import { mutations, representNode } from './mutations.ts'
import { possibleNodes } from './possible-nodes.ts'
import { representUser } from './represent-actor.ts'
import { representRepository, type Scope } from './represent-repository.ts'

const schema = buildSchema(readFileSync(new URL('schema.generated.graphql', import.meta.url), 'utf8'))

/** Source: GitHub GraphQL, "Rate limits and query limits". */
const mostNodes = 500_000

/** Answers a GraphQL request. Errors in the query, and refusals, come with HTTP 200. */
export async function executeQuery(
  world: World,
  viewer: Viewer,
  body: JsonObject,
  refuse?: MutationRefusal,
): Promise<Answer> {
  if (viewer.kind !== 'token') {
    throw new GitHubError(401, { message: 'This endpoint requires you to be authenticated.' })
  }
  const query = text(body, 'query')
  if (query === null || query === '')
    return failed(new GraphQLError('A query attribute must be specified and must be a string.'))
  const variables = isObject(body.variables) ? body.variables : {}
  let document: DocumentNode
  try {
    document = parse(query)
  } catch (error) {
    return failed(error instanceof GraphQLError ? error : new GraphQLError(String(error)))
  }
  const invalid = validate(schema, document, specifiedRules)
  if (invalid.length > 0) return failed(...invalid)
  const nodes = possibleNodes(document, variables)
  if (nodes > mostNodes) {
    const asked = nodes.toLocaleString('en-US')
    const message = `This query requests up to ${asked} possible nodes which exceeds the maximum limit of 500,000.`
    return failed(graphqlFailure('MAX_NODE_LIMIT_EXCEEDED', message))
  }
  const result = await execute({
    schema,
    document,
    rootValue: rootValue({ world, token: viewer.token }, nodes),
    variableValues: variables,
    operationName: text(body, 'operationName'),
    ...(refuse ? { fieldResolver: refusing(refuse) } : {}),
  })
  const { data, errors } = result
  return ok({ ...(data === undefined ? {} : { data }), ...(errors ? { errors: errors.map(asGitHub) } : {}) })
}

function refusing(refuse: MutationRefusal): GraphQLFieldResolver<unknown, unknown> {
  return (source, args, context, info) => {
    const refusal = info.parentType.name === 'Mutation' ? refuse(info.fieldName, args.input) : null
    if (refusal) throw graphqlFailure(refusal.type, refusal.message)
    return defaultFieldResolver(source, args, context, info)
  }
}

function rootValue(scope: Scope, nodeCount: number) {
  const { world, token } = scope
  return {
    ...mutations(scope),
    viewer: representUser(world, token.account),
    node: ({ id }: { id: string }) => representNode(scope, id),
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const asked = `${owner}/${name}`
      const repository = world.repositories.find((one) => fullName(one).toLowerCase() === asked.toLowerCase())
      if (!repository || !canSee({ kind: 'token', token }, repository)) {
        throw graphqlFailure('NOT_FOUND', `Could not resolve to a Repository with the name '${asked}'.`)
      }
      return representRepository(scope, repository)
    },
    rateLimit: {
      cost: 1,
      limit: token.rateLimit,
      used: token.used,
      remaining: Math.max(0, token.rateLimit - token.used),
      nodeCount,
      resetAt: timestamp(new Date(world.now().getTime() + 60 * 60 * 1000)),
    },
  }
}

function failed(...errors: readonly GraphQLError[]): Answer {
  return ok({ errors: errors.map(asGitHub) })
}

/** GitHub puts its `type` beside the message and has its own words for a field that does not exist. */
function asGitHub(error: GraphQLError): JsonObject {
  const { message, locations, path, extensions }: GraphQLFormattedError = error.toJSON()
  const unknown = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(message)
  const type = extensions?.type
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(path ? { path } : {}),
    ...(unknown
      ? { extensions: { code: 'undefinedField', typeName: unknown[2], fieldName: unknown[1] } }
      : {}),
    locations,
    message: unknown ? `Field '${unknown[1]}' doesn't exist on type '${unknown[2]}'` : message,
  }
}
