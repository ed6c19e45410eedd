import type { Logger } from '../ports/logger.ts'

/** What a line is about: delivery, installation, pull request. */
export type LogFields = Readonly<Record<string, string | number>>

export type JsonLogger = Logger & {
  error(message: string): void
  /** The same, with these fields in every line. */
  with(fields: LogFields): JsonLogger
}

/** One JSON object a line on stdout; `write` gets the line without its end. Debug lines only where asked for. */
export function jsonLogger(
  write: (line: string) => void,
  now: () => Date,
  debug: boolean,
  fields: LogFields = {},
): JsonLogger {
  const log = (level: string) => (message: string) =>
    write(JSON.stringify({ time: now().toISOString(), level, message, ...fields }))
  return {
    info: log('info'),
    warning: log('warning'),
    error: log('error'),
    debug: debug ? log('debug') : () => {},
    with: (more) => jsonLogger(write, now, debug, { ...fields, ...more }),
  }
}
