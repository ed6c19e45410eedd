import { timestamp } from '../../accounts.ts'
import type { AppIdentity, Installation } from '../../app-state.ts'
import type { World } from '../../state.ts'
import { representAccount } from './account.ts'

const events = ['check_run', 'check_suite', 'pull_request']

export function appPage(world: World, app: AppIdentity): string {
  return `${world.url}/apps/${app.slug}`
}

/** GitHub REST, `integration`. */
export function representApp(world: World, app: AppIdentity) {
  return {
    id: app.id,
    slug: app.slug,
    node_id: `A_${app.id}`,
    owner: representAccount(world, app.owner),
    name: app.slug,
    description: null,
    external_url: `${appPage(world, app)}/home`,
    html_url: appPage(world, app),
    created_at: timestamp(world.now()),
    updated_at: timestamp(world.now()),
    permissions: app.permissions,
    events,
  }
}

/** GitHub REST, `installation`. */
export function representInstallation(world: World, installation: Installation) {
  const { id, app, account, permissions, createdAt, suspendedAt } = installation
  return {
    id,
    account: representAccount(world, account),
    repository_selection: 'selected',
    access_tokens_url: `${world.url}/app/installations/${id}/access_tokens`,
    repositories_url: `${world.url}/installation/repositories`,
    html_url: `${world.url}/settings/installations/${id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions,
    events,
    created_at: createdAt,
    updated_at: suspendedAt ?? createdAt,
    single_file_name: null,
    suspended_by: suspendedAt === null ? null : representAccount(world, account),
    suspended_at: suspendedAt,
  }
}
