import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { type ActionResult, runAction } from '../../run-action.ts'
import { type Ground, type Order, type Pace, Reply } from './protocol.ts'
import { sharedNow, type Traffic } from './traffic.ts'
import { type Usage, withUsage } from './usage.ts'

export type Measured = {
  /** Added and deleted, as GitHub counts them. */
  readonly changedLines: number
  readonly startedAtMs: number
  readonly wallMs: number
  readonly usage: Usage
  readonly traffic: Traffic
  readonly result: ActionResult
}

/** Both servers in a process of their own, and a repository whose pull requests all change the same. */
export type Loopback = AsyncDisposable & {
  /** Runs the bundle on a pull request that nobody has seen before. */
  review(pace?: Partial<Pace>, inputs?: Readonly<Record<string, string>>): Promise<Measured>
}

const usual = { 'min-severity': 'low', 'max-comments': '5' }

export async function startLoopback(ground: Ground): Promise<Loopback> {
  const script = fileURLToPath(new URL('process.ts', import.meta.url))
  const child = fork(script, [JSON.stringify(ground)], { serialization: 'advanced' })
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the servers ended with ${code}`)))
  })
  ended.catch(() => {})
  const reply = async <Kind extends Reply['kind']>(kind: Kind) => {
    const message = new Promise<unknown>((resolve) => child.once('message', resolve))
    const parsed = v.parse(Reply, await Promise.race([message, ended]))
    if (isOf(kind, parsed)) return parsed
    throw new Error(parsed.kind === 'failed' ? parsed.problem : `the servers answered with ${parsed.kind}`)
  }
  const ask = <Kind extends Reply['kind']>(order: Order, kind: Kind) => {
    child.send(order)
    return reply(kind)
  }
  const { gitHub, modelUrl } = await reply('ready')
  return {
    async review(pace = {}, inputs = {}) {
      const { event, changedLines } = await ask(
        { kind: 'open pull request', pace: { latencyMs: 0, msPerToken: 0, gitHubLatencyMs: 0, ...pace } },
        'opened',
      )
      let startedAtMs = 0
      const { result, usage } = await withUsage((env) =>
        runAction({
          event: { name: 'pull_request', payload: event },
          github: gitHub,
          inputs: { 'base-url': modelUrl, ...usual, ...inputs },
          env,
          onStart: () => {
            startedAtMs = sharedNow()
          },
        }),
      )
      const { traffic } = await ask({ kind: 'tell traffic' }, 'traffic')
      confirmReview(result, traffic)
      return { changedLines, startedAtMs, wallMs: result.durationMs, usage, traffic, result }
    },
    async [Symbol.asyncDispose]() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.disconnect()
      await gone
    },
  }
}

function isOf<Kind extends Reply['kind']>(kind: Kind, reply: Reply): reply is Extract<Reply, { kind: Kind }> {
  return reply.kind === kind
}

/** A run that failed would be fast, and say nothing. */
function confirmReview({ exitCode, outputs, stdout }: ActionResult, { violations }: Traffic): void {
  if (exitCode !== 0 || outputs['review-id'] === '' || violations.length > 0)
    throw new Error(`not a review to measure: ${[...violations, stdout].join('\n')}`)
}
