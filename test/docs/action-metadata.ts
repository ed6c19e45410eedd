import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { parse } from 'yaml'

const Input = v.strictObject({ description: v.string(), default: v.optional(v.string()) })
const Output = v.strictObject({ description: v.string() })

const ActionMetadata = v.strictObject({
  name: v.string(),
  description: v.string(),
  author: v.string(),
  branding: v.strictObject({ icon: v.string(), color: v.string() }),
  inputs: v.record(v.string(), Input),
  outputs: v.record(v.string(), Output),
  runs: v.strictObject({ using: v.string(), main: v.string() }),
})

export type ActionMetadata = v.InferOutput<typeof ActionMetadata>

export const root = new URL('../../', import.meta.url)

export function readActionMetadata(): ActionMetadata {
  return v.parse(ActionMetadata, parse(readFileSync(new URL('action.yml', root), 'utf8')))
}

export type InputDoc = {
  readonly name: string
  readonly meaning: string
  /** As written after "Default:", in Markdown; '' where the description names none. */
  readonly default: string
}

/** Defaults stand at the end of the descriptions, because most inputs have no `default:` (see action.yml). */
export function inputDocs(metadata: ActionMetadata): readonly InputDoc[] {
  return Object.entries(metadata.inputs).map(([name, { description }]) => {
    const [meaning = '', defaultText = ''] = description.split(/ Default: /)
    return { name, meaning, default: defaultText }
  })
}
