import type { KeyObject } from 'node:crypto'
import type { JsonObject } from './json.ts'
import type { Access, Account } from './state.ts'

export type Permissions = Readonly<Record<string, Access>>

/** What everyone sees of an app. */
export interface AppIdentity {
  readonly id: number
  readonly slug: string
  readonly owner: Account
  readonly permissions: Permissions
}

export interface App extends AppIdentity {
  readonly bot: Account
  readonly publicKey: KeyObject
  readonly tokenLength: number
  readonly installations: Installation[]
  /** In the order in which they were made. */
  readonly deliveries: Delivery[]
}

export interface Installation {
  readonly id: number
  readonly app: App
  readonly account: Account
  /** Full names. */
  readonly repositories: readonly string[]
  permissions: Permissions
  readonly createdAt: string
  suspendedAt: string | null
}

/** One attempt to tell an app's server about an event. */
export interface Delivery {
  readonly id: number
  /** Shared by a delivery and its redeliveries. */
  readonly guid: string
  readonly deliveredAt: Date
  readonly redelivery: boolean
  readonly status: string
  readonly statusCode: number
  readonly event: string
  readonly payload: JsonObject
  readonly installationId: number | null
  readonly repositoryId: number | null
}
