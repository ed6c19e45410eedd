import type { Account, World } from '../state.ts'

/** An author. GraphQL names a bot without the "[bot]" that REST (and `viewer`) have. */
export function representActor(world: World, account: Account) {
  const login = account.login.replace(/\[bot\]$/, '')
  const url = account.type === 'Bot' ? `${world.url}/apps/${login}` : `${world.url}/${login}`
  return { __typename: account.type, id: account.nodeId, login, url, databaseId: account.id }
}

/** The schema has a user where an app acts: `viewer`, `resolvedBy`. There the login keeps its "[bot]". */
export function representUser(world: World, account: Account) {
  return { ...representActor(world, account), __typename: 'User', login: account.login }
}
