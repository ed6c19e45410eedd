import * as core from '@actions/core'
import { messageOf } from '../errors.ts'
import { harmless } from './harmless.ts'
import { run } from './run.ts'

try {
  await run()
} catch (error) {
  core.setFailed(harmless(messageOf(error)))
}
// Idle connections and waits that nobody listens to any more must not keep the job waiting.
process.stdout.write('', () => process.exit())
