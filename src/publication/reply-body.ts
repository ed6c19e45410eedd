import { writeReplyMarker } from '../finding/reply-marker.ts'
import type { Resolution } from '../prompt/reply.ts'
import { codeSpan } from './code.ts'
import { cutToBytes } from './limits.ts'
import { safeMarkdown } from './safe-markdown.ts'

/** More than this is no short answer, whatever the model was told. */
const replyBytes = 4_000

export type ThreadAnswer = {
  readonly commentId: number
  readonly resolution: Resolution
  /** What the model says; '' where it is not to be believed. */
  readonly said: string
  readonly path: string
  readonly headSha: string
}

/** Our one answer to a reply in a thread. Its marker is what later reviews know of it. */
export function replyBody({ commentId, resolution, said, path, headSha }: ThreadAnswer): string {
  const place = `${codeSpan(path)} at ${headSha.slice(0, 7)}`
  const spoken = cutToBytes(safeMarkdown(said.trim()), replyBytes, '*The rest is cut.*')
  const paragraphs = {
    withdraw: ['Thank you, this finding is withdrawn.', spoken],
    fixed: [`Thank you, this is fixed in ${place}.`, spoken],
    keep: [
      spoken === '' ? `The quoted lines stand as they were in ${place}, so this finding stays open.` : spoken,
      '<sub>PatchPilot answers once in a thread. Whoever resolves it settles the finding.</sub>',
    ],
  }[resolution]
  const text = paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')
  return `${writeReplyMarker({ commentId, resolution })}\n${text}`
}
