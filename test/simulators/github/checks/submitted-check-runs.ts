import { type AccountSpec, account } from '../accounts.ts'
import { type JsonObject, text } from '../json.ts'
import type { Repository, World } from '../state.ts'
import { checkRunEvent, checkSuiteEvent } from './check-events.ts'
import type { CheckRun } from './check-run.ts'

/** A check run as people see it, with the buttons they have. Each click returns the payload of the event GitHub sends. */
export interface SubmittedCheckRun {
  readonly id: number
  readonly name: string
  readonly headSha: string
  /** The slug of the app whose run this is. */
  readonly app: string
  readonly externalId: string
  readonly detailsUrl: string
  readonly status: string
  readonly conclusion: string | null
  /** Each status it had and its conclusion, as in `queued`, `in_progress`, `success`. */
  readonly history: readonly string[]
  readonly startedAt: string
  readonly completedAt: string | null
  readonly title: string | null
  readonly summary: string | null
  readonly text: string | null
  readonly annotations: readonly JsonObject[]
  readonly actions: readonly JsonObject[]
  /** "Re-run" at the check: `check_run` with `rerequested`. */
  rerequest(by?: AccountSpec): JsonObject
  /** One of the app's own buttons: `check_run` with `requested_action`. */
  requestAction(identifier: string, by?: AccountSpec): JsonObject
  /** "Re-run all checks": `check_suite` with `rerequested`. */
  rerequestSuite(by?: AccountSpec): JsonObject
}

/** All check runs of one commit, in the order in which they were made. */
export function submittedCheckRuns(
  world: World,
  repository: Repository,
  headSha: string,
): readonly SubmittedCheckRun[] {
  return repository.checkSuites
    .filter((suite) => suite.headSha === headSha)
    .flatMap((suite) => suite.runs)
    .sort((a, b) => a.id - b.id)
    .map((run) => submitted(world, run))
}

function submitted(world: World, run: CheckRun): SubmittedCheckRun {
  const { suite } = run
  const sender = (by: AccountSpec | undefined) =>
    account(world, by ?? { login: suite.repository.owner.login })
  const reset = () => {
    suite.rerequested = true
  }
  return {
    id: run.id,
    name: run.name,
    headSha: suite.headSha,
    app: suite.app.slug,
    externalId: run.externalId,
    detailsUrl: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    history: [...run.history],
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    title: run.title,
    summary: run.summary,
    text: run.text,
    annotations: [...run.annotations],
    actions: run.actions,
    rerequest: (by) => {
      reset()
      return checkRunEvent(world, run, 'rerequested', sender(by))
    },
    requestAction: (identifier, by) => {
      if (!run.actions.some((action) => text(action, 'identifier') === identifier)) {
        throw new Error(`the check run has no button ${identifier}`)
      }
      return checkRunEvent(world, run, 'requested_action', sender(by), { requested_action: { identifier } })
    },
    rerequestSuite: (by) => {
      reset()
      return checkSuiteEvent(world, suite, sender(by))
    },
  }
}
