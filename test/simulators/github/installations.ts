import { createPublicKey } from 'node:crypto'
import { account, timestamp } from './accounts.ts'
import type { App, Installation, Permissions } from './app-state.ts'
import { type NewDelivery, type RecordedDelivery, recordDelivery } from './deliveries.ts'
import type { World } from './state.ts'

export interface NewApp {
  readonly appId: number
  readonly slug: string
  /** In PEM. */
  readonly publicKey: string
  /** Full names of the repositories it is installed on, all of one owner. The first installation's owner owns the app. */
  readonly repositories: readonly string[]
  readonly permissions?: Permissions
  /** Length of the installation tokens; GitHub's can have more than 500 characters. */
  readonly tokenLength?: number
}

/** An app on one account. The same app can be installed on several: one call of `installApp` for each. */
export interface SimulatedInstallation {
  readonly installationId: number
  /** From then on GitHub refuses the installation's tokens and makes no new ones, until `unsuspend`. */
  suspend(): void
  unsuspend(): void
  /** Somebody accepts other permissions; a token keeps those that it was made with. */
  grant(permissions: Permissions): void
  /** From then on the installation is not found and its tokens are unknown. */
  uninstall(): void
  /** Puts a delivery on the app's record, as if GitHub had made it. It sends nothing. */
  recordDelivery(delivery: NewDelivery): RecordedDelivery
}

export const defaultPermissions = { contents: 'read', pull_requests: 'write' } as const

export function installApp(world: World, spec: NewApp): SimulatedInstallation {
  const [login = 'octo'] = (spec.repositories[0] ?? '').split('/')
  const owner = account(world, { login })
  const permissions = spec.permissions ?? { ...defaultPermissions, metadata: 'read' }
  const app = world.apps.find(({ id }) => id === spec.appId) ?? addApp(world, { ...spec, permissions }, owner)
  const installation: Installation = {
    id: world.newId(),
    app,
    account: owner,
    repositories: spec.repositories,
    permissions,
    createdAt: timestamp(world.now()),
    suspendedAt: null,
  }
  app.installations.push(installation)
  return {
    installationId: installation.id,
    suspend: () => {
      installation.suspendedAt = timestamp(world.now())
    },
    unsuspend: () => {
      installation.suspendedAt = null
    },
    grant: (granted) => {
      installation.permissions = granted
    },
    uninstall: () => uninstall(world, installation),
    recordDelivery: (delivery) => recordDelivery(world, installation, delivery),
  }
}

function addApp(
  world: World,
  spec: NewApp & { readonly permissions: Permissions },
  owner: App['owner'],
): App {
  const app: App = {
    id: spec.appId,
    slug: spec.slug,
    owner,
    permissions: spec.permissions,
    bot: account(world, { login: `${spec.slug}[bot]`, type: 'Bot' }),
    publicKey: createPublicKey(spec.publicKey),
    tokenLength: spec.tokenLength ?? 40,
    installations: [],
    deliveries: [],
  }
  world.apps.push(app)
  return app
}

function uninstall(world: World, installation: Installation): void {
  const { installations } = installation.app
  installations.splice(installations.indexOf(installation), 1)
  for (const [secret, token] of world.tokens) {
    if (token.installation === installation) world.tokens.delete(secret)
  }
}
