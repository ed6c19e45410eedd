import { messageOf } from '../errors.ts'
import { jsonLogger } from './json-logger.ts'
import { lineWriter } from './line-writer.ts'
import { serve } from './serve.ts'
import { readSettings } from './settings.ts'

const write = lineWriter()
const read = readSettings(process.env)
const level = read.kind === 'valid' ? read.settings.review.logLevel : 'info'
const logger = jsonLogger(write, () => new Date(), level !== 'info')

if (read.kind === 'invalid') {
  for (const problem of read.problems) logger.error(problem)
  process.exit(1)
}
for (const warning of read.warnings) logger.warning(warning)

// Libraries speak to the console; what is written here is one JSON object a line.
for (const name of ['log', 'info', 'warn', 'error'] as const)
  console[name] = (...words: unknown[]) => logger.debug(words.join(' '))

process.on('uncaughtException', (error) => {
  logger.error(`an unexpected error, which is a bug in PatchPilot: ${error.stack}`)
  process.exit(1)
})

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort())
try {
  await serve(read.settings, logger, stop.signal)
  process.exit(0)
} catch (error) {
  logger.error(messageOf(error))
  process.exit(1)
}
