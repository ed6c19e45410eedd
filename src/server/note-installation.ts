import * as v from 'valibot'
import type { IncomingEvent } from '../trigger/trigger.ts'
import type { Takers } from './take-delivery.ts'

const Payload = v.object({ action: v.string() })

/** Takes note of what happened to an installation, and says so; null for any other event. */
export async function noteInstallation(
  { name, payload }: IncomingEvent,
  installationId: number | null,
  { app, queue, checks, recovery }: Takers,
): Promise<string | null> {
  if (name === 'ping') return 'ping: the webhook of this App works'
  if (name !== 'installation' && name !== 'installation_repositories') return null
  const parsed = v.safeParse(Payload, payload)
  const action = parsed.success ? parsed.output.action : ''
  if (installationId === null) return `${name} "${action}" of no installation`
  const what = `installation ${installationId}: ${name} "${action}"`
  if (name === 'installation_repositories') return what
  switch (action) {
    case 'deleted':
    case 'suspend':
      await queue.forget(installationId)
      return `${what}; its reviews are dropped`
    case 'unsuspend':
      app.permissionsChanged(installationId)
      checks.permissionsChanged(installationId)
      recovery.lookAtAllOf(installationId)
      return `${what}; what was pushed meanwhile is looked for`
    case 'created':
    case 'new_permissions_accepted':
      app.permissionsChanged(installationId)
      checks.permissionsChanged(installationId)
      return what
    default:
      return what
  }
}
