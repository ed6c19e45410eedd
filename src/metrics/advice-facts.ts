import type { InputName } from '../config/schema.ts'
import { counted } from '../publication/counted.ts'
import type { ReviewOutcome } from '../review/outcome.ts'

export function input(name: InputName): string {
  return `\`${name}\``
}

/** Why hunks were left, in our words and, in between, in a server's. */
export function reasonsFor(
  outcome: ReviewOutcome,
  coverage: 'budget' | 'deadline' | 'failed',
): readonly string[] {
  const hunks = outcome.files.flatMap((file) => file.hunks)
  return hunks.filter((hunk) => hunk.coverage === coverage).map(({ reason }) => reason)
}

/** "3 of 12 hunks" */
export function progress(outcome: ReviewOutcome): string {
  const asked = outcome.files
    .flatMap((file) => file.hunks)
    .filter(({ coverage }) => coverage !== 'already-reviewed')
  return `${reviewedHunks(outcome)} of ${counted(asked.length, 'hunk')}`
}

export function reviewedHunks({ files }: ReviewOutcome): number {
  return files.flatMap((file) => file.hunks).filter(({ coverage }) => coverage === 'reviewed').length
}

/** How a pull request whose workflow gets neither secrets nor a token that writes is reviewed all the same. */
export function byHand(pullRequest: string): string {
  const number = /#(\d+)$/.exec(pullRequest)?.[1] ?? 'its number'
  return `If it comes from a fork or from Dependabot, start the workflow by hand (\`workflow_dispatch\`) with ${input('pull-request')} set to ${number}: such a run has the secrets and may write.`
}
