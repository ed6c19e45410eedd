import { CancelledError } from '../../src/errors.ts'
import type {
  CheckAnnotation,
  CheckedHead,
  CheckProgress,
  CheckRecord,
  ReviewChecks,
} from '../../src/ports/review-checks.ts'
import { formatRef } from '../../src/pull-request.ts'

export type FakeCheckRun = {
  readonly head: string
  /** Each status it had, and the conclusion. */
  readonly history: string[]
  readonly annotations: CheckAnnotation[]
  title: string
  summary: string
  tries: number
  complete: boolean
  ended: boolean
  endedAt: Date | null
}

/** Check runs in memory, those of all heads. */
export class FakeReviewChecks implements ReviewChecks {
  readonly runs: FakeCheckRun[] = []
  permitted = true
  /** Runs before anything is shown or recalled. */
  before: (head: CheckedHead, progress: CheckProgress | null) => void | Promise<void> = () => {}

  async show(
    head: CheckedHead,
    progress: CheckProgress,
    signal: AbortSignal,
  ): Promise<'shown' | 'not-permitted'> {
    await this.#arrive(head, progress, signal)
    if (!this.permitted) return 'not-permitted'
    const open = this.runsOf(head).find(({ ended }) => !ended)
    if (progress.kind === 'queued' && (open !== undefined || this.#hasEnded(head, progress.since)))
      return 'shown'
    if (open === undefined && progress.kind === 'ended' && progress.conclusion === 'cancelled') return 'shown'
    change(open ?? this.#begin(head), progress)
    return 'shown'
  }

  async recall(head: CheckedHead, signal: AbortSignal): Promise<CheckRecord | null> {
    await this.#arrive(head, null, signal)
    const latest = this.permitted ? this.runsOf(head).at(-1) : undefined
    if (latest === undefined) return null
    const { complete, tries, ended } = latest
    return { complete, tries, open: !ended }
  }

  runsOf(head: CheckedHead): readonly FakeCheckRun[] {
    return this.runs.filter((run) => run.head === nameOf(head))
  }

  async #arrive(head: CheckedHead, progress: CheckProgress | null, signal: AbortSignal): Promise<void> {
    await this.before(head, progress)
    if (signal.aborted) throw new CancelledError('stopped')
  }

  #hasEnded(head: CheckedHead, since: Date): boolean {
    return this.runsOf(head).some(({ endedAt }) => endedAt !== null && endedAt > since)
  }

  #begin(head: CheckedHead): FakeCheckRun {
    const run: FakeCheckRun = {
      ...{ head: nameOf(head), history: [], annotations: [], title: '', summary: '' },
      ...{ tries: this.runsOf(head).at(-1)?.tries ?? 0, complete: false, ended: false, endedAt: null },
    }
    this.runs.push(run)
    return run
  }
}

function change(run: FakeCheckRun, progress: CheckProgress): void {
  if (run.history.length === 0 && progress.kind !== 'running') run.history.push('queued')
  switch (progress.kind) {
    case 'queued':
      return
    case 'delayed':
      if (run.history.at(-1) !== 'queued') run.history.push('queued')
      run.summary = progress.note
      return
    case 'running':
      run.history.push('in_progress')
      run.tries++
      return
    case 'ended': {
      const { conclusion, complete, title, summary, annotations } = progress
      run.history.push(conclusion)
      run.annotations.push(...annotations)
      Object.assign(run, { title, summary, complete, ended: true, endedAt: new Date() })
    }
  }
}

function nameOf({ pullRequest, headSha }: CheckedHead): string {
  return `${formatRef(pullRequest)} ${headSha}`
}
