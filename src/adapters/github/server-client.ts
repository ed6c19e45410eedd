import { Octokit } from '@octokit/core'
import { clientPlugins } from './client-options.ts'
import type { CreateOctokit } from './connect.ts'

const Client = Octokit.plugin(...clientPlugins)

/** Clients of the GitHub whose API is at this URL. */
export function clientsOf(apiUrl: string): CreateOctokit {
  return (options) => new Client({ ...options, baseUrl: apiUrl })
}
