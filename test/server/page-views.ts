import type { ListedJob, QueueListing } from '../../src/ports/review-queue.ts'
import type { GitHubState } from '../../src/server/github-health.ts'
import type { PageView, QueueView, ServerView } from '../../src/server/page/view.ts'

export const now = Date.parse('2026-11-22T14:03:05Z')
const second = 1000
export const minute = 60 * second

export const server: ServerView = {
  ...{ version: '1.0.0', startedAt: now - 3 * 24 * 60 * minute, workers: 4 },
  ...{ engine: 'embedded', isDraining: false, gitHubUrl: 'https://github.com' },
}

export const gitHub: GitHubState = {
  ...{ condition: 'answering', answeredAt: now - 12 * second, failure: null, limitWait: null },
  limitedUntil: null,
}

/** Of the head of a pull request, some time ago. */
export function listed(reference: string, agoMs: number, about: Partial<ListedJob> = {}): ListedJob {
  const [, owner = '', repo = '', number] = /^(.+)\/(.+)#(\d+)$/.exec(reference) ?? []
  const pullRequest = { owner, repo, number: Number(number) }
  const headSha = Buffer.from(reference).toString('hex').padEnd(40, '0').slice(-40)
  return {
    job: {
      request: {
        pullRequest,
        headSha,
        trigger: 'pull_request',
        full: false,
        asOf: null,
        before: null,
        askedBy: null,
      },
      ...{ installationId: 7, deliveryId: '72d3162e-cc78-11e3-81ab-4c9367dc0958', again: false },
    },
    ...{ attempt: 1, since: now - agoMs },
    ...about,
  }
}

export function done(reference: string, agoMs: number, verdict: string, durationMs: number) {
  const url = `https://github.com/${reference.replace('#', '/pull/')}#pullrequestreview-1`
  return { ...listed(reference, agoMs), review: { verdict, url, durationMs } }
}

export const nothing: QueueListing = { running: [], waiting: [], done: [], failed: [] }

/** A queue with these jobs and no others. */
export function queueOf(jobs: Partial<QueueListing>): QueueView {
  const listing = { ...nothing, ...jobs }
  const ready = listing.waiting.filter(({ attempt }) => attempt === 1)
  return {
    kind: 'reachable',
    listing,
    state: {
      waiting: ready.length,
      delayed: listing.waiting.length - ready.length,
      running: listing.running.length,
      failed: listing.failed.length,
      oldestWaitingMs: Math.max(0, ...ready.map(({ since }) => now - since)),
    },
  }
}

export function viewOf(about: Partial<PageView> = {}): PageView {
  return { now, server, gitHub, queue: queueOf({}), ...about }
}

/** The jobs of a server in the middle of a working day. */
export const busyJobs: QueueListing = {
  running: [
    listed('octo-org/payment-gateway#1482', 42 * second),
    listed('octo-org/web#977', 3 * minute, { attempt: 2 }),
  ],
  waiting: [
    listed('octo-org/infrastructure-as-code#311', 20 * second),
    listed('hubot/dotfiles#8', 95 * second),
    listed('octo-org/web#970', 4 * minute, { attempt: 3 }),
  ],
  done: [
    done('octo-org/payment-gateway#1480', 2 * minute, 'findings', 48_200),
    done('octo-org/web#975', 9 * minute, 'passed', 31_900),
    done('hubot/dotfiles#7', 48 * minute, 'passed', 9_400),
    done('octo-org/mobile#2210', 3 * 60 * minute, 'inconclusive', 412_000),
    { ...done('octo-org/mobile#2209', 27 * 60 * minute, 'skipped', 1_900) },
  ],
  failed: [
    {
      ...listed('octo-org/legacy-monolith#64', 5 * 60 * minute, { attempt: 5 }),
      reason:
        '3 of 7 hunks were not reviewed: the model server failed (500: at "secret.ts"), 5 times in a row',
    },
  ],
}

export const busy: PageView = viewOf({
  gitHub: {
    ...gitHub,
    failure: { status: 503, at: now - 25 * minute },
    limitWait: { waitMs: 48 * second, at: now - 70 * minute },
  },
  queue: queueOf(busyJobs),
})
