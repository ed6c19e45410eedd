import { parseLogCommand } from '../run-action/log-commands.ts'
import type { Paint } from './terminal-style.ts'

/** One line of an action's log as the web page of a workflow run would show it; null for what it hides. */
export function printLogLine(line: string, paint: Paint): string | null {
  const command = parseLogCommand(line)
  if (command === null) return line
  switch (command.name) {
    case 'group':
      return paint('bold', command.message)
    case 'error':
      return paint('red', `Error: ${command.message}`)
    case 'warning':
      return paint('yellow', `Warning: ${command.message}`)
    case 'notice':
      return `Notice: ${command.message}`
    default:
      return null
  }
}
