import type { QueueState } from '../../ports/review-queue.ts'
import type { PageView, ServerView, Tone } from './view.ts'
import { clock } from './words.ts'

/** The state of everything in one line, and what follows from it. */
export type Overview = { readonly tone: Tone; readonly title: string; readonly text: string }

/** The first thing that people should know. */
export function overviewOf(view: PageView): Overview {
  const { queue, server } = view
  if (queue.kind === 'unreachable')
    return {
      tone: 'bad',
      title: 'The queue cannot be reached',
      text: 'Deliveries are refused until it can; what is missed meanwhile is found again on GitHub.',
    }
  if (server.isDraining)
    return {
      tone: 'warning',
      title: 'Stopping',
      text: 'Nothing new is taken, and what runs is given time to finish. What waits is not lost.',
    }
  return troubleWithGitHub(view) ?? workOf(queue.state, server)
}

function troubleWithGitHub({ gitHub }: PageView): Overview | null {
  switch (gitHub.condition) {
    case 'limiting': {
      const until = gitHub.limitedUntil === null ? '' : ` until ${clock(gitHub.limitedUntil)}`
      return {
        tone: 'warning',
        title: `GitHub makes us wait${until}`,
        text: 'The rate limit of at least one installation is used up. Its reviews go on after that.',
      }
    }
    case 'failing':
      return {
        tone: 'warning',
        title: 'GitHub does not answer as it should',
        text: 'Reviews are tried again, with more time between the attempts.',
      }
    case 'answering':
    case 'refusing':
    case 'unknown':
      return null
  }
}

function workOf({ running, waiting, delayed }: QueueState, { engine, workers }: ServerView): Overview {
  const waits = waiting + delayed
  const parts = [running === 0 ? '' : `${running} running`, waits === 0 ? '' : `${waits} waiting`]
  const title = parts.filter((part) => part !== '').join(', ')
  const text =
    engine === 'Redis'
      ? 'On all replicas that share the queue.'
      : `${running} of ${workers} workers are busy.`
  if (title !== '') return { tone: 'busy', title, text }
  return {
    tone: 'good',
    title: 'Ready',
    text: 'Nothing to do right now. A pull request is reviewed as soon as GitHub tells of it.',
  }
}
