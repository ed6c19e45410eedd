import type { InputName } from '../config/schema.ts'
import type { RequestStatus, RetryReason } from '../ports/observer.ts'
import type { ReviewOutcome } from '../review/outcome.ts'
import { byHand, input, reasonsFor } from './advice-facts.ts'
import type { RunTrace } from './trace.ts'
import { type ServerSums, serverOf, sumOf } from './trace-sums.ts'

/** What to change where the model did not answer, or not in time. */
export function adviseOnModel(outcome: ReviewOutcome, { sums }: RunTrace): readonly string[] {
  const failed = reasonsFor(outcome, 'failed')
  if (failed.length + reasonsFor(outcome, 'deadline').length === 0) return []
  const server = serverOf(sums, 'llm')
  const lasting = adviseOnLasting(server, failed.length > 0)
  if (failed.length === 0) return lasting
  if (server.statuses.size === 0) return [byHand(outcome.pullRequest)]
  const advice = [...adviseOnRefusals(server, failed), ...lasting]
  return advice.length > 0 || !(server.statuses.has(400) || server.statuses.has(422))
    ? advice
    : [
        `Try another ${input('model')}: this one's server does not take such requests, and its own log may say why.`,
      ]
}

/** What failed, was tried again, and failed the last time as well. */
function adviseOnLasting({ statuses, retries }: ServerSums, gaveUp: boolean): readonly string[] {
  const lasted = (reason: RetryReason, isOne: (status: RequestStatus) => boolean) => {
    const again = retries.get(reason) ?? 0
    // A 200 may be an error of any kind.
    const failures = sumOf(statuses, (status) => isOne(status) || (again > 0 && status === 'unusable'))
    return failures > again
  }
  const limited = lasted('rate_limit', (status) => status === 429) && (retries.has('rate_limit') || !gaveUp)
  const broken = lasted(
    'server_error',
    (status) => status === 409 || (typeof status === 'number' && status >= 500),
  )
  return [
    ...(limited
      ? [
          `Lower ${input('concurrency')}, so that fewer requests go out at once, or name ${input('fallback-models')} to go on with.`,
        ]
      : []),
    ...(broken
      ? [
          `Run the job again later: only what is missing is asked again. With ${input('fallback-models')}, another model takes over by itself.`,
        ]
      : []),
    ...(lasted('network', (status) => status === 'network_error')
      ? [
          `See that the runner reaches ${input('base-url')}: a server in your own network needs a self-hosted runner, some networks need \`HTTPS_PROXY\`.`,
        ]
      : []),
  ]
}

/** What no second try would change. */
function adviseOnRefusals({ statuses, retries }: ServerSums, reasons: readonly string[]): readonly string[] {
  const had = (status: RequestStatus) => statuses.has(status)
  const blamed = (name: InputName) => reasons.some((reason) => reason.includes(input(name)))
  const causes: readonly (readonly [boolean, string])[] = [
    [
      had(401),
      `See that the secret behind ${input('api-key')} exists and is still valid, and that it is one for the server at ${input('base-url')}.`,
    ],
    [
      had(402) || (had(429) && !retries.has('rate_limit')),
      `Another key of the same account has no more credit: top the account up, or set ${input('base-url')}, ${input('api-key')} and ${input('model')} to another provider's.`,
    ],
    [
      had(403),
      `Allow the model for this key where the provider manages them, or name another as ${input('model')} or ${input('fallback-models')}.`,
    ],
    [
      had(404),
      `Take a name for ${input('model')} from the server's own list (\`GET /models\`; on Azure, the deployment's name). If the name is right, look at ${input('base-url')}: most end in \`/v1\`.`,
    ],
    [
      had(413) || blamed('request-tokens'),
      `Set ${input('request-tokens')} to half of the model's context window: the answer must fit in there as well.`,
    ],
    [
      had('timeout') || had(408),
      `Take a faster ${input('model')}, or ask for less at once with a lower ${input('request-tokens')}.`,
    ],
    [
      retries.has('unusable_answer'),
      `Take a larger ${input('model')}, or lower ${input('request-tokens')}: small models lose the form of the answer over long prompts.`,
    ],
    [
      had('unusable') && blamed('base-url'),
      `Set ${input('base-url')} to the address of the API, not to a page for people: most end in \`/v1\`.`,
    ],
    [
      had('unusable') && !blamed('base-url') && retries.size === 0,
      `Name ${input('fallback-models')}: another model may answer what this one refuses.`,
    ],
  ]
  return causes.filter(([applies]) => applies).map(([, text]) => text)
}
