import type { Delivery } from '../app-state.ts'
import { GitHubError, notFound } from './errors.ts'
import { perPage } from './paginate.ts'
import { representDelivery, representDeliveryItem } from './represent/hook-delivery.ts'
import { type Call, ok, type Route, viewerApp } from './route.ts'

/** GitHub docs, "Redelivering webhooks", has named 30 days and 3: what a client may count on is the shorter. */
const keptMs = 3 * 24 * 60 * 60 * 1000

/** An app's own record of what GitHub told it. Source: GitHub REST, "GitHub App webhooks". */
export const hookDeliveryRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: '/app/hook/deliveries',
    handle: (call) => {
      const listed = deliveriesOf(call).filter(inOutcome(call.query.get('status')))
      const from = startOf(call, listed)
      const end = from + perPage(call)
      const next = listed[end]
      return ok(listed.slice(from, end).map(representDeliveryItem), next ? linkTo(call, next) : {})
    },
  },
  {
    method: 'GET',
    template: '/app/hook/deliveries/{delivery_id}',
    handle: (call) => {
      const delivery = deliveriesOf(call).find(({ id }) => String(id) === call.parameters.delivery_id)
      if (!delivery) throw notFound()
      return ok(representDelivery(viewerApp(call), delivery))
    },
  },
]

/** Newest first. */
function deliveriesOf(call: Call): readonly Delivery[] {
  const oldest = call.world.now().getTime() - keptMs
  return viewerApp(call)
    .deliveries.filter(({ deliveredAt }) => deliveredAt.getTime() >= oldest)
    .sort((a, b) => b.deliveredAt.getTime() - a.deliveredAt.getTime() || b.id - a.id)
}

/** By code: 200 to 399 is a success, 400 to 599 a failure; without an answer it is neither. */
function inOutcome(status: string | null): (delivery: Delivery) => boolean {
  if (status === 'success') return ({ statusCode }) => statusCode >= 200 && statusCode < 400
  if (status === 'failure') return ({ statusCode }) => statusCode >= 400 && statusCode < 600
  return () => true
}

/** A cursor names the delivery its page starts with, so pages stay whole while new deliveries come in. */
function startOf(call: Call, listed: readonly Delivery[]): number {
  const cursor = call.query.get('cursor')
  if (cursor === null) return 0
  const start = listed.findIndex((delivery) => cursorOf(delivery) === cursor)
  if (start === -1) throw new GitHubError(400, { message: 'Invalid cursor' })
  return start
}

function linkTo(call: Call, next: Delivery): { readonly link: string } {
  const url = new URL(call.url)
  url.searchParams.set('cursor', cursorOf(next))
  return { link: `<${url.href}>; rel="next"` }
}

function cursorOf({ id }: Delivery): string {
  return `v1_${id}`
}
