import { fullName } from '../accounts.ts'
import type { JsonObject } from '../json.ts'
import { checkEvent } from '../openapi/check.ts'
import { representAccount } from '../rest/represent/account.ts'
import { representCheckRun } from '../rest/represent/check-run.ts'
import { representCheckSuite, representSuiteOfRun } from '../rest/represent/check-suite.ts'
import { representRepository } from '../rest/represent/repository.ts'
import type { Account, World } from '../state.ts'
import type { CheckRun, CheckSuite } from './check-run.ts'

/** Source: GitHub docs, "Webhook events and payloads", `check_run`. */
export function checkRunEvent(
  world: World,
  run: CheckRun,
  action: 'rerequested' | 'requested_action',
  sender: Account,
  extra: JsonObject = {},
): JsonObject {
  const check_run = { ...representCheckRun(world, run), check_suite: representSuiteOfRun(world, run.suite) }
  const payload = { action, check_run, ...extra, ...shared(world, run.suite, sender) }
  return checked(world, `check-run-${action.replace('_', '-')}`, payload)
}

/** Source: GitHub docs, "Webhook events and payloads", `check_suite`. */
export function checkSuiteEvent(world: World, suite: CheckSuite, sender: Account): JsonObject {
  const check_suite = representCheckSuite(world, suite)
  const payload = { action: 'rerequested', check_suite, ...shared(world, suite, sender) }
  return checked(world, 'check-suite-rerequested', payload)
}

function shared(world: World, { app, repository }: CheckSuite, sender: Account): JsonObject {
  const installation = world.apps
    .find(({ id }) => id === app.id)
    ?.installations.find(({ repositories }) => repositories.includes(fullName(repository)))
  return {
    repository: representRepository(world, repository),
    sender: representAccount(world, sender),
    ...(installation ? { installation: { id: installation.id, node_id: `I_${installation.id}` } } : {}),
  }
}

/** The payload as it goes over the wire; where it departs from GitHub's schema, that is noted. */
function checked(world: World, name: string, payload: JsonObject): JsonObject {
  const sent: JsonObject = JSON.parse(JSON.stringify(payload))
  for (const problem of checkEvent(name, sent)) world.violations.push(`event ${name}: ${problem}`)
  return sent
}
