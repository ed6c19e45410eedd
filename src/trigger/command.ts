/** What a comment asks for. `unknown`: it speaks to us, and we do not understand. */
export type Command = 'review' | 'full review' | 'help' | 'unknown'

const commands: ReadonlyMap<string, Command> = new Map([
  ['review', 'review'],
  ['review full', 'full review'],
  ['help', 'help'],
])

/** The command in a comment's first line that is not blank; null where it has none. The rest is for people. */
export function readCommand(body: string): Command | null {
  const line = body.split(/\r\n?|\n/).find((one) => one.trim() !== '') ?? ''
  const [name, ...words] = line.trim().toLowerCase().split(/\s+/)
  if (name !== '/patchpilot') return null
  return commands.get(words.join(' ')) ?? 'unknown'
}
