import * as v from 'valibot'

const StopMessage = v.variant('kind', [
  v.object({ kind: v.literal('superseded'), id: v.string() }),
  v.object({ kind: v.literal('installation'), installationId: v.number() }),
])

/** Told to all who share the queue: what is to be stopped, wherever it runs. */
export type StopMessage = v.InferOutput<typeof StopMessage>

/** Null for what is none: others may use the same Redis. */
export function readStopMessage(text: string): StopMessage | null {
  try {
    const parsed = v.safeParse(StopMessage, JSON.parse(text))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}
