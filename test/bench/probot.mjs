// The server to compare with: Probot as its documentation starts it, with a handler that does nothing.
import { run } from 'probot'

await run((app) => {
  app.on('pull_request', async () => {})
})
