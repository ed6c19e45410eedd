import { expect, vi } from 'vitest'
import { onItsOwn, type RunningServer, startServer } from './server-setup.ts'
import type { Scene } from './setup.ts'

export type AnotherServer = RunningServer & AsyncDisposable

/** One more server of the same App, or the same one after its end. */
export async function startAnother(env: Readonly<Record<string, string>>): Promise<AnotherServer> {
  const server = await startServer(env)
  return { ...server, [Symbol.asyncDispose]: () => kill(server) }
}

/** In the middle of whatever it does. */
export async function kill(server: RunningServer): Promise<void> {
  server.signal('SIGKILL')
  await server.ended
}

/** A pull request that adds a file of this name. */
export const change = (name: string) => ({ files: { [`src/${name}.ts`]: `export const ${name} = 1\n` } })

export const fine = { content: { summary: 'Fine.', findings: [] } }

/** A model that keeps everybody waiting until it is released. */
export function slowModel() {
  const { promise, resolve: release } = Promise.withResolvers<void>()
  return {
    release,
    answer: async () => {
      await promise
      return fine
    },
  }
}

export async function statusOf({ url }: Pick<RunningServer, 'url'>, path: string): Promise<number> {
  return (await fetch(`${url}${path}`, onItsOwn)).status
}

export type JobStates = Readonly<Record<'waiting' | 'delayed' | 'running' | 'failed', number>>

/** Jobs in each state, from the metrics. */
export async function jobsOf({ url }: Pick<RunningServer, 'url'>): Promise<JobStates> {
  const metrics = await (await fetch(`${url}/metrics`, onItsOwn)).text()
  const count = (state: string) =>
    Number(
      new RegExp(`^patchpilot_queue_jobs\\{state="${state}"\\} (\\d+)$`, 'm').exec(metrics)?.[1] ??
        Number.NaN,
    )
  return {
    ...{ waiting: count('waiting'), delayed: count('delayed') },
    ...{ running: count('running'), failed: count('failed') },
  }
}

/** Waits until this holds, with the patience that a busy machine needs. */
export function eventually(holds: () => unknown, timeout = 60_000): Promise<unknown> {
  return vi.waitFor(holds, { timeout, interval: 25 })
}

/** Waits for the review of this pull request. */
export function reviewed(
  pull: Pick<Scene['pull'], 'reviews'> | undefined,
  timeout?: number,
): Promise<unknown> {
  return eventually(() => expect(pull?.reviews()).toHaveLength(1), timeout)
}

/** Waits until nothing is under way and nothing waits. */
export async function idle(server: RunningServer, timeout?: number): Promise<void> {
  const nothing = { waiting: 0, delayed: 0, running: 0 }
  await eventually(async () => expect(await jobsOf(server)).toMatchObject(nothing), timeout)
}

export function messages(server: RunningServer, level?: string): string[] {
  return server.log
    .filter((line) => level === undefined || line.level === level)
    .map(({ message }) => String(message))
}
