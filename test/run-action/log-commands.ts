/** A workflow command that the runner would obey. */
export type LogCommand = {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly message: string
}

const registered = new Set(
  `add-mask add-matcher remove-matcher add-path set-env set-output save-state error warning notice debug group endgroup echo
  stop-commands internal-set-repo-path`.split(/\s+/),
)

/**
 * Finds the workflow commands in a step's output as the runner does: `::name key=value::message` at the start of a line, after
 * blanks, and the older `##[name key=value]message` anywhere in it.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function parseLogCommands(lines: readonly string[]): LogCommand[] {
  const commands: LogCommand[] = []
  let resumeWith: string | null = null
  for (const line of lines) {
    if (resumeWith !== null) {
      if (line.trim() === `::${resumeWith}::`) resumeWith = null
      continue
    }
    const command = parseLogCommand(line)
    if (command === null) continue
    if (command.name === 'stop-commands') resumeWith = command.message
    commands.push(command)
  }
  return commands
}

export function parseLogCommand(line: string): LogCommand | null {
  const [, head, message] = /^\s*::(.*?)::(.*)$/s.exec(line) ?? /##\[(.*?)\](.*)$/s.exec(line) ?? []
  if (head === undefined || message === undefined) return null
  const space = head.indexOf(' ')
  const name = (space < 0 ? head : head.slice(0, space)).toLowerCase()
  if (!registered.has(name)) return null
  const pairs = space < 0 ? [] : head.slice(space + 1).split(/[,;]/)
  const properties = Object.fromEntries(
    pairs.flatMap((pair) => {
      const equals = pair.indexOf('=')
      return equals < 0 ? [] : [[pair.slice(0, equals).trim(), unescapeProperty(pair.slice(equals + 1))]]
    }),
  )
  return { name, properties, message: unescapeData(message) }
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','))
}
