import { GitHub } from '@actions/github/lib/utils'
import { clientPlugins } from '../adapters/github/client-options.ts'
import type { CreateOctokit } from '../adapters/github/connect.ts'

const Client = GitHub.plugin(...clientPlugins)

/** Octokit as the Actions toolkit sets it up for this server, with our plugins. */
export const createOctokit: CreateOctokit = (options) => new Client(options)
