import type { Account, Repository, World } from './state.ts'

/** The account behind `GITHUB_TOKEN`; the id is the one it has on github.com. */
export const actionsBot = { login: 'github-actions[bot]', type: 'Bot', id: 41898282 } as const

export interface AccountSpec {
  readonly login: string
  readonly type?: Account['type']
  readonly id?: number
}

/** Finds an account by login, or makes it. */
export function account(world: World, spec: AccountSpec): Account {
  const known = world.accounts.get(spec.login.toLowerCase())
  if (known) return known
  const id = spec.id ?? (spec.login === actionsBot.login ? actionsBot.id : world.newId())
  const type = spec.type ?? (spec.login.endsWith('[bot]') ? 'Bot' : 'User')
  const made: Account = { id, nodeId: nodeId(type === 'Bot' ? 'BOT' : 'U', id), login: spec.login, type }
  world.accounts.set(spec.login.toLowerCase(), made)
  return made
}

/** Shaped like GitHub's global ids (`PRR_kwDO…`): opaque, unique, not a number. */
export function nodeId(prefix: string, id: number): string {
  return `${prefix}_kwDO${Buffer.from(String(id)).toString('base64url')}`
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`
}

/** GitHub's timestamps have whole seconds. */
export function timestamp(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}
