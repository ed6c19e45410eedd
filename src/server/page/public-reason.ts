/**
 * The words of ours that a page may repeat. The rest of a reason may quote what a server or the model said, and with it
 * code, paths or a part of a key.
 */
const ourWords: readonly RegExp[] = [
  /\d+ of \d+ hunks were not reviewed/,
  /\d+ changed files? could not be read/,
  /GitHub did not list \d+ of the changed files/,
  /GitHub refused the token/,
  /GitHub (did not deliver|does not show)/,
  /GitHub's rate limit leaves no room for this review/,
  /the GitHub App has no installation/,
  /the review could not be (posted|submitted)/,
  /the time set by `timeout` was over/,
  /the budget set by `max-tokens` was spent/,
  /the model account is out of credit/,
  /the prompt is too large for the model/,
  /the model server's content filter (refused|stopped the answer)/,
  /the model server refused the (key|request)/,
  /the key may not use the model/,
  /the model server does not know/,
  /the model server limits the rate/,
  /the model server failed/,
  /the model server did not answer in time/,
  /the model server could not be reached/,
  /the model server cannot be used/,
  /the model server's answer could not be read/,
  /the model server sends no JSON/,
  /the model refused to answer/,
  /gave no usable answer twice/,
  /a bug in PatchPilot/,
]

/** What stands where the name of a model stood. */
const completed: Readonly<Record<string, string>> = {
  'the model server does not know': 'the model server does not know the model',
  'gave no usable answer twice': 'the model gave no usable answer twice',
}

/** What may be shown of why a review was given up; '' when that is nothing. */
export function publicReason(reason: string): string {
  const found = ourWords.flatMap((words) => words.exec(reason)?.[0] ?? [])
  return found.map((text) => completed[text] ?? text).join('; ')
}
