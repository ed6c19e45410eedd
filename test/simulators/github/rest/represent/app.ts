import { timestamp } from '../../accounts.ts'
import type { App, World } from '../../state.ts'
import { representAccount } from './account.ts'

/** GitHub REST, `integration`. */
export function representApp(world: World, app: App) {
  return {
    id: app.id,
    slug: app.slug,
    node_id: `A_${app.id}`,
    owner: representAccount(world, app.owner),
    name: app.slug,
    description: null,
    external_url: `${world.url}/apps/${app.slug}/home`,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: timestamp(world.now()),
    updated_at: timestamp(world.now()),
    permissions: app.permissions,
    events: ['pull_request'],
  }
}

/** GitHub REST, `installation`. */
export function representInstallation(world: World, app: App) {
  return {
    id: app.installationId,
    account: representAccount(world, app.owner),
    repository_selection: 'selected',
    access_tokens_url: `${world.url}/app/installations/${app.installationId}/access_tokens`,
    repositories_url: `${world.url}/installation/repositories`,
    html_url: `${world.url}/settings/installations/${app.installationId}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: app.owner.id,
    target_type: app.owner.type,
    permissions: app.permissions,
    events: ['pull_request'],
    created_at: timestamp(world.now()),
    updated_at: timestamp(world.now()),
    single_file_name: null,
    suspended_by: null,
    suspended_at: null,
  }
}
