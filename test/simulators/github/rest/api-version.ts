import { isObject } from '../json.ts'
import { GitHubError } from './errors.ts'
import type { Answer } from './route.ts'

/** Source: GitHub REST, "API versions" and "Breaking changes"; without the header it is the oldest. */
const versions = ['2022-11-28', '2026-03-10']
const removed = new Set(['merge_commit_sha', 'assignee', 'rate', 'has_downloads'])

/** What version 2026-03-10 no longer sends. */
export function withoutRemovedFields(version: string | string[] | undefined, answer: Answer): Answer {
  if (version === undefined || version === versions[0]) return answer
  if (typeof version !== 'string' || !versions.includes(version)) {
    throw new GitHubError(400, {
      message: `API version "${version}" is not supported. Supported versions are: ${versions.join(', ')}`,
    })
  }
  return answer.json === undefined ? answer : { ...answer, json: without(answer.json) }
}

function without(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(without)
  if (!isObject(json)) return json
  const kept = Object.entries(json).filter(([key]) => !removed.has(key))
  return Object.fromEntries(kept.map(([key, value]) => [key, without(value)]))
}
