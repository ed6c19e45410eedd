import { safeInline } from './safe-markdown.ts'

/** At the very start of the answer to this comment, believed only in comments that we wrote. */
export function answerMarker(commentId: number): string {
  return `<!-- patchpilot:answer ${commentId} -->`
}

export const commandsAnswer = `- \`/patchpilot review\` reviews what was not reviewed yet
- \`/patchpilot review full\` reviews every change again, and repeats no comment that stands
- \`/patchpilot help\` shows these commands

A command is the first line of a comment, by an owner, member or collaborator of this repository.`

export const unknownCommandAnswer = `PatchPilot knows no such command. These there are:\n\n${commandsAnswer}`

const askForAll = '`/patchpilot review full` reviews every change again.'

/** A review that was asked for found nothing to add. `reviewUrl`: what was said of this head before. */
export function nothingNewAnswer(reviewUrl: string | null, full: boolean): string {
  const before = reviewUrl === null ? '' : ` [What was said of this head before](${reviewUrl}) stands.`
  if (full) return `Every change was reviewed again, and there is nothing new to say.${before}`
  const reviewed =
    reviewUrl === null ? 'There is nothing new to review.' : `This head was reviewed already: ${reviewUrl}`
  return `${reviewed}\n\n${askForAll}`
}

/** What was new was reviewed. `summaryUrl`: our first review, which shows what stands. */
export function nothingToSayAnswer(summaryUrl: string): string {
  return `What is new was reviewed, and there is nothing new to say. [The summary](${summaryUrl}) tells what stands.`
}

export function incompleteAnswer(reason: string): string {
  return `The review could not be completed: ${sentence(reason)}`
}

export function notReviewedAnswer(reason: string): string {
  return `Not reviewed: ${sentence(reason)}`
}

export function notPostedAnswer(reason: string): string {
  return `The review could not be posted: ${sentence(reason)}`
}

/** A push came before the end. */
export function supersededAnswer(full: boolean): string {
  const again = full ? '/patchpilot review full' : '/patchpilot review'
  return `A newer push came before this review was done. If that push is not reviewed by itself, or you want more than what is new in it, ask again: \`${again}\``
}

function sentence(reason: string): string {
  return `${safeInline(reason).replace(/[.\s]+$/, '')}.`
}
