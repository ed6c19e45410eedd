import * as v from 'valibot'
import type { GitHubApi } from './api.ts'
import type { OwnLogin } from './read-state.ts'
import { isRateLimit, statusOf } from './failure.ts'

/** The identity behind every workflow's own token; `GET /user` is closed to it. */
const workflowLogin = 'github-actions[bot]'

/** Our login where it is not known beforehand: a person's token can ask, a workflow's cannot. Asked once. */
export function ownLogin(api: GitHubApi, appSlug: string | null): OwnLogin {
  let known = appSlug === null ? null : `${appSlug}[bot]`
  return async (signal) => {
    known ??= await askForLogin(api, signal)
    return known
  }
}

async function askForLogin(api: GitHubApi, signal: AbortSignal): Promise<string> {
  try {
    const { data } = await api.read('GET /user', {}, signal)
    return v.parse(v.object({ login: v.string() }), data).login
  } catch (error) {
    if (statusOf(error) === 403 && !isRateLimit(error)) return workflowLogin
    throw error
  }
}
