import { type BrowserContext, launch, type Page } from 'puppeteer-core'
import { findProgram } from './installed.ts'

export type Chromium = AsyncDisposable & {
  /** A page in a profile of its own, with nothing loaded yet. */
  newPage(look?: Look): Promise<WatchedPage>
}

export type Look = {
  readonly scheme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
}

export type WatchedPage = AsyncDisposable & {
  readonly page: Page
  /** What the browser complained of: its console's warnings and errors, violations of the content policy among them. */
  readonly complaints: readonly string[]
  /** Every address it asked for, but for those that are the content themselves. */
  readonly requested: readonly string[]
}

/** A real browser that finds nobody but this machine. */
export async function startChromium(): Promise<Chromium> {
  const executablePath = findProgram('chromium')
  if (executablePath === undefined) throw new Error('no chromium here: apt-get install chromium')
  const browser = await launch({
    executablePath,
    pipe: true,
    args: [
      // Its sandbox does not work for root, whom containers run as.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  })
  return {
    newPage: async (look = {}) => watchedPage(await browser.createBrowserContext(), look),
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

async function watchedPage(context: BrowserContext, look: Look): Promise<WatchedPage> {
  const { scheme = 'light', width = 1280, height = 900 } = look
  const page = await context.newPage()
  const complaints: string[] = []
  const requested: string[] = []
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) requested.push(request.url())
  })
  await page.setViewport({ width, height })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  return { page, complaints, requested, [Symbol.asyncDispose]: () => context.close() }
}
