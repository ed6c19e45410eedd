import { randomUUID } from 'node:crypto'
import type { Delivery, Installation } from './app-state.ts'
import { integer, isObject, type JsonObject } from './json.ts'
import type { World } from './state.ts'

export interface NewDelivery {
  /** As in `x-github-event`. */
  readonly event: string
  readonly payload: JsonObject
  /** What the app's server answered; 202 unless told. Nothing below 400 is a failure. */
  readonly statusCode?: number
  /** For a server that did not answer, as in "timed out"; GitHub's words for the code unless told. */
  readonly status?: string
  /** When it was made; now unless told. */
  readonly at?: Date
  /** `x-github-delivery`. The one of an earlier delivery makes this its redelivery. */
  readonly guid?: string
}

export interface RecordedDelivery {
  readonly id: number
  readonly guid: string
}

/** What the record says of a delivery that arrived, whatever the code. Source: GitHub docs, "Handling failed webhook deliveries". */
const delivered = 'OK'

export function recordDelivery(
  world: World,
  installation: Installation,
  made: NewDelivery,
): RecordedDelivery {
  const { deliveries } = installation.app
  const statusCode = made.statusCode ?? 202
  const guid = made.guid ?? randomUUID()
  const repository = isObject(made.payload.repository) ? made.payload.repository : {}
  const delivery: Delivery = {
    id: world.newId(),
    guid,
    deliveredAt: made.at ?? world.now(),
    redelivery: deliveries.some((earlier) => earlier.guid === guid),
    status: made.status ?? (statusCode < 400 ? delivered : `Invalid HTTP Response: ${statusCode}`),
    statusCode,
    event: made.event,
    payload: made.payload,
    installationId: installation.id,
    repositoryId: integer(repository, 'id'),
  }
  deliveries.push(delivery)
  return { id: delivery.id, guid }
}
