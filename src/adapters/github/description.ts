/** What people say about a pull request beside its description: enough of it to tell what it is for. */
export const mostLabels = 20
export const mostCommitMessages = 30

const longestHeadline = 200

/** Made from the whole message, because GitHub ends a long `messageHeadline` with an ellipsis. */
export function headlineOf(message: string): string {
  const [firstLine = ''] = message.split(/\r?\n/, 1)
  return [...firstLine].slice(0, longestHeadline).join('')
}
