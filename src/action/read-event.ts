import { readFileSync } from 'node:fs'
import { FixableError } from '../errors.ts'
import type { IncomingEvent } from '../trigger/trigger.ts'

/** The event that started the workflow, as the runner left it. Takes the place of a webhook delivery. */
export function readEvent(environment: NodeJS.ProcessEnv): IncomingEvent {
  const name = environment.GITHUB_EVENT_NAME ?? ''
  const path = environment.GITHUB_EVENT_PATH ?? ''
  if (name === '' || path === '') {
    throw new FixableError(
      'GITHUB_EVENT_NAME and GITHUB_EVENT_PATH are not set: PatchPilot runs as a step of a GitHub workflow',
    )
  }
  try {
    const payload: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return { name, payload }
  } catch (error) {
    throw new FixableError(`the event file of "${name}" cannot be read as JSON`, { cause: error })
  }
}
