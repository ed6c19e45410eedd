import { hash } from 'node:crypto'
import type { ReviewConfig } from '../config/schema.ts'

/** With what a hunk is reviewed: with another model, it is reviewed again. */
export function profileOf({ model }: Pick<ReviewConfig, 'model'>): string {
  return hash('sha256', JSON.stringify({ model })).slice(0, 8)
}
