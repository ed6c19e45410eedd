import { once } from 'node:events'
import { createServer } from 'node:http'
import { pageHeaders, statusPage } from '../../src/server/page/page.ts'
import type { PageView } from '../../src/server/page/view.ts'

export type PageServer = AsyncDisposable & {
  readonly url: string
  view: PageView
  /** Hangs up on whoever asks. */
  isAway: boolean
  /** How often somebody asked. */
  asked: number
  /** Makes something else of the page. */
  change: (page: string) => string
}

/** Serves the page as the server does, of any state. */
export async function servePage(view: PageView): Promise<PageServer> {
  const http = createServer((request, response) => {
    served.asked++
    if (served.isAway) {
      request.socket.destroy()
      return
    }
    const headers = { 'content-type': 'text/html; charset=utf-8', ...pageHeaders }
    response.writeHead(200, headers).end(served.change(statusPage(served.view)))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const served: PageServer = {
    url: `http://127.0.0.1:${address.port}/`,
    ...{ view, isAway: false, asked: 0, change: (page: string) => page },
    async [Symbol.asyncDispose]() {
      const closed = once(http, 'close')
      http.close()
      http.closeAllConnections()
      await closed
    },
  }
  return served
}
