import { timestamp } from '../../accounts.ts'
import type { App, Delivery } from '../../app-state.ts'
import { text } from '../../json.ts'

/** GitHub REST, `hook-delivery-item`. */
export function representDeliveryItem(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: timestamp(delivery.deliveredAt),
    redelivery: delivery.redelivery,
    duration: 0.03,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: text(delivery.payload, 'action'),
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  }
}

/** GitHub REST, `hook-delivery`: what one delivery adds is all that was said. */
export function representDelivery(app: App, delivery: Delivery) {
  return {
    ...representDeliveryItem(delivery),
    url: '',
    request: {
      headers: {
        Accept: '*/*',
        'Content-Type': 'application/json',
        'User-Agent': 'GitHub-Hookshot/044aadd',
        'X-GitHub-Delivery': delivery.guid,
        'X-GitHub-Event': delivery.event,
        'X-GitHub-Hook-Installation-Target-ID': String(app.id),
        'X-GitHub-Hook-Installation-Target-Type': 'integration',
      },
      payload: delivery.payload,
    },
    response: { headers: {}, payload: '' },
  }
}
