import { deflateRawSync, inflateRawSync } from 'node:zlib'
import * as v from 'valibot'

/** Far above any that fits into a body, so that only a hostile one reaches it. */
const largestBytes = 4_000_000

/** Data as it stands in an HTML comment: base64 has no "-", so that nothing in it can end the comment. */
export function pack(data: object): string {
  return deflateRawSync(JSON.stringify(data)).toString('base64')
}

/** Null for what somebody edited, or another version wrote. */
export function unpack<Data>(encoded: string, schema: v.GenericSchema<unknown, Data>): Data | null {
  try {
    const bytes = inflateRawSync(Buffer.from(encoded, 'base64'), { maxOutputLength: largestBytes })
    const parsed = v.safeParse(schema, JSON.parse(bytes.toString('utf8')))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}
