import type { JsonObject } from './json.ts'

/** One request as the simulator saw it, in order of arrival. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The parsed body; the text as it came when it was not JSON; null when there was none. */
  readonly body: JsonObject | string | null
  readonly at: Date
  /** What was answered; null when the connection was cut or nothing was ever answered. */
  status: number | null
}
