import { GraphQLError } from 'graphql'

/** An error with GitHub's own `type` next to the message, as in FORBIDDEN or NOT_FOUND. */
export function graphqlFailure(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } })
}

export function forbidden(): GraphQLError {
  return graphqlFailure('FORBIDDEN', 'Resource not accessible by integration')
}
