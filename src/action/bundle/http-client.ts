/**
 * Takes the place of `@actions/http-client` in the bundle. @actions/core needs it for OIDC tokens and @actions/github for
 * proxy agents, neither of which we use, and it loads all of Node's http, https and tls at every start.
 */
export class HttpClient {
  getAgent(): undefined {}
  getAgentDispatcher(): undefined {}
}

/** For `@actions/http-client/lib/auth`. */
export class BearerCredentialHandler {}
