// One review without a network: what there is to compute, on a clock of processor time.
import { readFileSync } from 'node:fs'
import { PhaseClock } from '../../../src/metrics/phase-clock.ts'
import type { ChangedFile } from '../../../src/pull-request.ts'
import { reviewPullRequest } from '../../../src/review/review-pull-request.ts'
import { FakePullRequest } from '../../fakes/fake-pull-request.ts'
import { silentLogger } from '../../fakes/silent-logger.ts'
import { emptyPullRequest } from '../../fixtures/empty-pull-request.ts'
import { reviewConfig } from '../../fixtures/review-config.ts'
import { FolderReader } from './folder-reader.ts'
import { InstantReviewer } from './instant-reviewer.ts'
import type { MeasuredPhase, Planned } from './phases.ts'

const cpuMs: Record<MeasuredPhase, number> = { read: 0, plan: 0, ask: 0, decide: 0, publish: 0 }
const [, , listFile = '', headFolder = ''] = process.argv
const files: readonly ChangedFile[] = JSON.parse(readFileSync(listFile, 'utf8'))
const languageModel = new InstantReviewer(processorMs)
await review()
const planned: Planned = {
  lines: files.reduce((sum, file) => sum + file.additions + file.deletions, 0),
  requests: languageModel.requestCount,
  cpuMs,
  peakBytes: peakBytes(),
}
process.stdout.write(JSON.stringify(planned))

async function review(): Promise<void> {
  const pull = new FakePullRequest({ ...emptyPullRequest, files, changedFileCount: files.length })
  const { ref, headSha } = pull.snapshotNow
  const phases = new PhaseClock(
    () => processorMs() - languageModel.tookMs,
    (observation) => {
      if (observation.kind === 'phase' && observation.phase !== 'start')
        cpuMs[observation.phase] += observation.durationMs
    },
  )
  const never = new AbortController().signal
  const { verdict, reason } = await reviewPullRequest(
    {
      pullRequest: ref,
      headSha,
      trigger: 'pull_request',
      full: false,
      asOf: null,
      before: null,
      askedBy: null,
    },
    reviewConfig({ 'max-tokens': '50000000' }),
    phases.watch({
      ...{ pullRequests: pull, publisher: pull, threads: pull, languageModel, logger: silentLogger },
      sources: new FolderReader(headFolder, headSha),
      parseYaml: async () => null,
    }),
    {
      ...{
        cancelled: never,
        modelTimeOver: never,
        timeOver: never,
        isLastAttempt: true,
        breathe: async () => {},
        runId: 'run',
      },
      ...{ startedAt: '2026-01-01T00:00:00Z', nonce: crypto.randomUUID(), serverUrl: 'https://github.com' },
    },
  )
  phases.end()
  if (verdict !== 'findings') throw new Error(`not a review to measure: ${verdict}, ${reason}`)
}

/** The user's and the system's. */
function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Linux counts what the process took before it was this one to `maxRSS`. */
function peakBytes(): number {
  try {
    const [, kibibytes] = /^VmHWM:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    return Number(kibibytes) * 1024
  } catch {
    return process.resourceUsage().maxRSS * 1024
  }
}
