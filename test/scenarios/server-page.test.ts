import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { busy, busyJobs, gitHub, listed, minute, now, queueOf, viewOf } from '../server/page-views.ts'
import { type Chromium, startChromium } from '../servers/chromium.ts'
import { isMissing } from '../servers/installed.ts'
import { textContrasts } from './page-contrast.ts'
import { servePage } from './page-server.ts'
import { startServerScene } from './server-setup.ts'

const textOf = async (page: Page) => String(await page.evaluate('document.body.innerText'))

/** The page's clock runs fifty times as fast: it asks for news five times a second. */
const hurry = (page: Page) =>
  page.evaluateOnNewDocument(
    'const later = setTimeout; window.setTimeout = (work, ms) => later(work, ms / 50)',
  )

const quiet = viewOf({ gitHub: { ...gitHub, condition: 'unknown', answeredAt: null } })
const stuck = viewOf({
  queue: { kind: 'unreachable' },
  gitHub: { ...gitHub, condition: 'failing', failure: { status: 503, at: now - minute } },
})

describe.skipIf(isMissing('chromium'))('the page, in a browser', () => {
  let chromium: Chromium
  beforeAll(async () => {
    chromium = await startChromium()
  })
  afterAll(() => chromium[Symbol.asyncDispose]())

  test('shows everything without asking anybody for anything', async () => {
    await using served = await servePage(busy)
    await using browser = await chromium.newPage()
    await browser.page.goto(served.url)
    const text = await textOf(browser.page)
    for (const shown of ['2 running, 3 waiting', 'octo-org/web#977', 'attempt 3', 'Inconclusive', '503'])
      expect(text).toContain(shown)
    expect(await browser.page.title()).toBe('2 running, 3 waiting · PatchPilot')
    expect(browser.requested).toEqual([served.url])
    expect(browser.complaints).toEqual([])
  })

  test('can be read where scripts may not run', async () => {
    await using served = await servePage(busy)
    await using browser = await chromium.newPage()
    await browser.page.setJavaScriptEnabled(false)
    await browser.page.goto(served.url)
    const text = await textOf(browser.page)
    expect(text).toContain('octo-org/web#977')
    expect(text).toContain('Reload the page for news.')
    expect(text).not.toContain('Pause')
  })

  test.each(['light', 'dark'] as const)('has enough contrast: %s', async (scheme) => {
    await using served = await servePage(busy)
    await using browser = await chromium.newPage({ scheme })
    for (const view of [busy, quiet, stuck]) {
      served.view = view
      await browser.page.goto(served.url)
      const contrasts = await textContrasts(browser.page)
      expect(contrasts.length).toBeGreaterThan(20)
      expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([])
    }
    const [ground] = await textContrasts(browser.page)
    expect(ground?.text).toBe('PatchPilot')
    const isDark = await browser.page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
    expect(isDark).toBe(scheme === 'dark' ? 'rgb(15, 18, 23)' : 'rgb(245, 246, 248)')
  })

  test('fits into a narrow window, whatever the names, and its tables stay tables', async () => {
    const long = `${'o'.repeat(39)}/${'r'.repeat(100)}#1234567`
    const review = { verdict: 'inconclusive', url: 'https://github.com/o/r/pull/1', durationMs: 4e7 }
    const view = viewOf({
      queue: queueOf({
        ...{ running: [listed(long, minute)], waiting: [listed(long, minute, { attempt: 4 })] },
        failed: [{ ...listed(long, minute), reason: 'the model server failed' }],
        done: [{ ...listed(long, minute), review }],
      }),
    })
    await using served = await servePage(view)
    await using browser = await chromium.newPage({ width: 320, height: 640 })
    await browser.page.goto(served.url)
    expect(await browser.page.evaluate('document.documentElement.scrollWidth')).toBe(320)
    const roles = await accessibleRoles(browser.page)
    const named = (wanted: string) => roles.filter(([role]) => role === wanted).map(([, name]) => name)
    expect(named('table')).toHaveLength(4)
    expect(named('rowheader')).toHaveLength(4)
    expect(named('cell')).toHaveLength(2 + 2 + 3 + 3)
    expect(named('columnheader')).toContain('Verdict')
    expect(named('heading')).toContain('Given up 1')
  })

  test('gets news in place: whoever scrolls or stands on a link stays there', async () => {
    await using served = await servePage(busy)
    await using browser = await chromium.newPage({ height: 500 })
    const { page } = browser
    await hurry(page)
    await page.goto(served.url)
    await page.focus('a[href="https://github.com/octo-org/mobile/pull/2210"]')
    await page.evaluate('window.scrollTo(0, 321)')
    const { running, done } = busyJobs
    served.view = viewOf({ queue: queueOf({ running, done: done.slice(1) }) })
    await expect.poll(() => page.title()).toBe('2 running · PatchPilot')
    const text = await textOf(page)
    expect(text).toContain('Nothing waits')
    expect(text).not.toContain('hubot/dotfiles#8')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('octo-org/mobile#2210')
    expect(await page.evaluate('window.scrollY')).toBe(321)
    expect(new Set(browser.requested)).toEqual(new Set([served.url]))
    expect(browser.complaints).toEqual([])
  })

  test('keeps what it knows while the server is away, says so, and comes back with it', async () => {
    await using served = await servePage(busy)
    await using browser = await chromium.newPage()
    const { page } = browser
    await hurry(page)
    await page.goto(served.url)
    served.isAway = true
    await expect.poll(() => textOf(page)).toContain('The server does not answer.')
    expect(await textOf(page)).toContain('octo-org/web#977')
    served.view = quiet
    served.isAway = false
    await expect.poll(() => textOf(page)).not.toContain('The server does not answer.')
    expect(await page.title()).toBe('Ready · PatchPilot')
  })

  test('rests while it is paused', async () => {
    await using served = await servePage(busy)
    await using browser = await chromium.newPage()
    const { page, requested } = browser
    await hurry(page)
    await page.goto(served.url)
    await page.click('#pause')
    await page.evaluate('new Promise((resolve) => later(resolve, 500))') // for what was under way
    const before = requested.length
    served.view = quiet
    await page.evaluate('new Promise((resolve) => later(resolve, 500))')
    expect(requested).toHaveLength(before)
    expect(await page.title()).toBe('2 running, 3 waiting · PatchPilot')
    await page.click('#pause')
    await expect.poll(() => page.title()).toBe('Ready · PatchPilot')
  })

  test('is loaded anew when the server has another version of it', async () => {
    await using served = await servePage(busy)
    await using browser = await chromium.newPage()
    const { page } = browser
    await hurry(page)
    await page.goto(served.url)
    await page.evaluate('window.isOld = true')
    served.change = (html) => html.replace('</script>', ';</script>')
    await expect.poll(() => page.evaluate('window.isOld')).toBeUndefined()
  })

  test('runs, loads and shows nothing that is not its own', async () => {
    await using other = await servePage(quiet)
    const forged = `<script>window.forged = true</script><img src="${other.url}" onerror="window.forged = true">`
    const { job, ...one } = listed('o/r#1', 0)
    const pullRequest = { owner: forged, repo: forged, number: 1 }
    const hostile = { ...one, job: { ...job, request: { ...job.request, pullRequest } } }
    await using served = await servePage(viewOf({ queue: queueOf({ running: [hostile] }) }))
    await using browser = await chromium.newPage()
    const { page, complaints, requested } = browser
    await page.goto(served.url)
    expect(await textOf(page)).toContain(`${forged}/${forged}#1`)
    expect(requested).toEqual([served.url])
    expect(complaints).toEqual([])
    // Even if it got into the markup one day.
    served.change = (html) => html.replace('<main>', `<main>${forged}<p style="color: red">styled</p>`)
    await page.goto(served.url)
    expect(await page.evaluate('window.forged')).toBeUndefined()
    expect(other.asked).toBe(0)
    for (const refused of [/inline script/, /loading the image/i, /inline style/])
      expect(complaints.join('\n')).toMatch(refused)
  })

  test('is what the server answers a browser, and nobody else', async () => {
    await using scene = await startServerScene({
      env: { PATCHPILOT_STATUS_PAGE: 'true' },
      pullRequest: { title: 'A small change' },
    })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await scene.server.logged(/^verdict: findings/)
    await expect.poll(scene.metrics).toContain('patchpilot_queue_jobs{state="running"} 0\n')
    await using browser = await chromium.newPage()
    const { page, complaints, requested } = browser
    await page.goto(`${scene.server.url}/`)
    await expect.poll(() => page.title()).toBe('Ready · PatchPilot')
    const text = await textOf(page)
    expect(text).toMatch(/octo\/demo#1\s+[0-9a-f]{7}\s+Findings\s*Open review/)
    expect(text).toMatch(/GitHub\s+Answers\s+Last answer\s+(just now|\d+ s ago)/)
    const [review] = scene.pull.reviews()
    const link = await page.$eval('.verdict + a', (element) => element.getAttribute('href'))
    expect(link).toContain(`octo/demo/pull/1#pullrequestreview-${review?.id}`)
    const content = await page.content()
    for (const hidden of ['price', 'cents', 'A small change']) expect(content).not.toContain(hidden)
    expect(complaints).toEqual([])
    expect(new Set(requested)).toEqual(new Set([`${scene.server.url}/`]))
    const index = await fetch(scene.server.url)
    expect(await index.json()).toMatchObject({ name: 'PatchPilot' })
  })

  test('is not there unless it was asked for, for it names repositories', async () => {
    await using scene = await startServerScene()
    const answer = await fetch(scene.server.url, { headers: { accept: 'text/html' } })
    expect(await answer.json()).toMatchObject({ name: 'PatchPilot' })
  })
})

/** What a screen reader is told. */
async function accessibleRoles(page: Page): Promise<readonly (readonly [role: string, name: string])[]> {
  const session = await page.createCDPSession()
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name }) => [String(role?.value), String(name?.value)] as const)
}
