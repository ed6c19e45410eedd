import { fullReviewAction } from '../../check-run.ts'
import type { CheckAnnotation, CheckProgress, CheckResult } from '../../ports/review-checks.ts'
import { cutToBytes } from '../../publication/limits.ts'

// Limits of https://docs.github.com/en/rest/checks/runs

/** In one request; those of the next are added to them. */
const mostAnnotations = 50
/** The page says characters; the server counts bytes (github/docs#35252). */
const summaryBytes = 65_535
const longestTitle = 255
/** 64 KB, at no more than three bytes for each UTF-16 unit. */
const longestMessage = 21_000

/** Identifier and label may have 20 characters, the description 40. */
const actions = [
  { label: 'Full review', description: 'Review all changes again', identifier: fullReviewAction },
]

/** The body of a creation or update, as far as anybody looks into it. */
export type CheckRequest = {
  readonly status?: string
  readonly output: {
    readonly title: string
    readonly summary: string
    readonly annotations?: readonly object[]
  }
}

export type OpenProgress = Exclude<CheckProgress, { kind: 'ended' }>

/** What a check run says that has not ended. */
export function openRequest(progress: OpenProgress, now: Date): CheckRequest {
  switch (progress.kind) {
    case 'queued':
      return { status: 'queued', output: output('Waiting', 'The review of this head is in the queue.') }
    case 'delayed':
      return { status: 'queued', output: output('Waiting for another attempt', progress.note) }
    case 'running': {
      const title = progress.attempt === 1 ? 'Reviewing' : `Reviewing, attempt ${progress.attempt}`
      return {
        ...{ status: 'in_progress', started_at: now.toISOString() },
        output: output(title, 'The review of this head is under way.'),
      }
    }
  }
}

/** What ends a check run: as many requests as the annotations take, the last of them with the conclusion. */
export function endRequests(result: CheckResult, now: Date): readonly CheckRequest[] {
  const batches = inBatches(result.annotations)
  const told = output(result.title, result.summary)
  return batches.map((annotations, index) => ({
    output: { ...told, annotations: annotations.map(toRequest) },
    ...(index === batches.length - 1 ? conclude(result, now) : {}),
  }))
}

function conclude({ conclusion, detailsUrl }: CheckResult, now: Date) {
  return {
    ...{ status: 'completed', conclusion, completed_at: now.toISOString(), actions },
    ...(detailsUrl === null ? {} : { details_url: detailsUrl }),
  }
}

/** Every request says all of it: an update without a summary is refused. */
function output(title: string, summary: string) {
  const notice = '*The rest is cut: GitHub limits the length of a summary.*'
  return { title: cutText(title, longestTitle), summary: cutToBytes(summary, summaryBytes, notice) }
}

function toRequest({ path, startLine, endLine, level, title, message }: CheckAnnotation) {
  return {
    ...{ path, start_line: startLine, end_line: endLine, annotation_level: level },
    title: cutText(title, longestTitle),
    message: cutText(message, longestMessage),
  }
}

/** At least one, which may be empty. */
function inBatches(annotations: readonly CheckAnnotation[]): readonly (readonly CheckAnnotation[])[] {
  const count = Math.max(1, Math.ceil(annotations.length / mostAnnotations))
  return Array.from({ length: count }, (_, index) =>
    annotations.slice(index * mostAnnotations, (index + 1) * mostAnnotations),
  )
}

/** As many whole characters as fit. */
function cutText(text: string, longest: number): string {
  return text.length <= longest ? text : text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '')
}
