import * as v from 'valibot'
import { Traffic } from './traffic.ts'

/** Whose pull request is reviewed. */
export const Ground = v.variant('kind', [
  v.object({ kind: v.literal('demo') }),
  v.object({
    kind: v.literal('generated'),
    files: v.number(),
    additions: v.number(),
    deletions: v.number(),
    /** From so many listed files or lines on, GitHub leaves out the patch. */
    patchesEnd: v.exactOptional(v.object({ files: v.number(), lines: v.number() })),
  }),
])
export type Ground = v.InferOutput<typeof Ground>

/** How long the servers take. */
export const Pace = v.object({
  /** Of the model, for each answer, and for each token of it. */
  latencyMs: v.number(),
  msPerToken: v.number(),
  gitHubLatencyMs: v.number(),
})
export type Pace = v.InferOutput<typeof Pace>

/** What the benchmark asks of the process with the servers, and what comes back. */
export const Order = v.variant('kind', [
  v.object({ kind: v.literal('open pull request'), pace: Pace }),
  v.object({ kind: v.literal('tell traffic') }),
])
export type Order = v.InferOutput<typeof Order>

export const Reply = v.variant('kind', [
  v.object({
    kind: v.literal('ready'),
    gitHub: v.object({ url: v.string(), serverUrl: v.string() }),
    modelUrl: v.string(),
  }),
  v.object({ kind: v.literal('opened'), event: v.looseObject({}), changedLines: v.number() }),
  v.object({ kind: v.literal('traffic'), traffic: Traffic }),
  v.object({ kind: v.literal('failed'), problem: v.string() }),
])
export type Reply = v.InferOutput<typeof Reply>
