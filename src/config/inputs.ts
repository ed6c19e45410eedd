import { fields, type InputName, inputNames } from './schema.ts'

export type Input = {
  readonly name: InputName
  /** As a user would write it; null when leaving the input out is a choice of its own. */
  readonly default: string | null
  /** Its value appears in no message. */
  readonly secret: boolean
  /** False while the feature it belongs to does not exist. */
  readonly effective: boolean
}

const secret: readonly InputName[] = ['github-token', 'app-private-key', 'api-key', 'pushgateway-password']

const notYetEffective: readonly InputName[] = ['passes', 'verify']

/** Every input of the action, in the order of the documentation. */
export const inputs: readonly Input[] = inputNames.map((name) => ({
  name,
  default: defaultOf(name),
  secret: secret.includes(name),
  effective: !notYetEffective.includes(name),
}))

function defaultOf(name: InputName): string | null {
  const field = fields[name]
  return field.default === undefined || field.default === '' ? null : field.default
}
