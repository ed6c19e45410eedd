import type { TokenCache } from './connect.ts'

/** Installation tokens are good for an hour, and a review may take minutes. https://docs.github.com/en/rest/apps/apps */
const keptForMs = 45 * 60_000

/** Keeps an App's installation tokens while they are good for a whole review. */
export function tokenCache(now: () => number = Date.now): TokenCache {
  const kept = new Map<string, { readonly value: string; readonly until: number }>()
  return {
    get(key) {
      const entry = kept.get(key)
      return entry === undefined || entry.until <= now() ? undefined : entry.value
    },
    set(key, value) {
      for (const [old, { until }] of kept) if (until <= now()) kept.delete(old)
      kept.set(key, { value, until: now() + keptForMs })
    },
    // auth-app's key of a token that is good for all that its installation may do
    forget: (installationId) => void kept.delete(String(installationId)),
  }
}
