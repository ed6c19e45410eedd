import * as core from '@actions/core'
import type { LogLevel } from '../config/schema.ts'
import type { Logger } from '../ports/logger.ts'
import { harmless } from './harmless.ts'

let level: LogLevel = 'info'

/** Until then it is `info`, which leaves debug lines to the runner: it shows them where step debugging is on. */
export function setLogLevel(asked: LogLevel): void {
  level = asked
}

/** The workflow log. */
export const actionLogger: Logger = {
  info: (message) => core.info(harmless(message)),
  warning: (message) => core.warning(harmless(message)),
  debug: (message) => (level === 'info' ? core.debug : core.info)(harmless(message)),
}
