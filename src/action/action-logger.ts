import * as core from '@actions/core'
import type { Logger } from '../ports/logger.ts'
import { harmless } from './harmless.ts'

/** The workflow log. */
export const actionLogger: Logger = {
  info: (message) => core.info(harmless(message)),
  warning: (message) => core.warning(harmless(message)),
  debug: (message) => core.debug(harmless(message)),
}
