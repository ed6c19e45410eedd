/** How often a page that is looked at asks for news. */
const refreshMs = 10_000

/**
 * Asks for the page again and changes in place what is different, so that scroll position, focus and selection stay, and a
 * server that is away for a moment leaves the last state on the screen instead of a browser's error. A meta refresh would
 * lose all of that, and nobody could stop it. https://www.w3.org/WAI/WCAG22/Techniques/failures/F41
 */
export const refreshScript = `{
  const changing = ['title', 'link[rel=icon]', '#as-of', 'main']
  const notice = document.getElementById('notice')
  const pause = document.getElementById('pause')
  let timer
  let paused = false

  function become(now, next) {
    if (now.isEqualNode(next)) return
    const mayStay = now.cloneNode().isEqualNode(next.cloneNode()) && now.childNodes.length === next.childNodes.length
    if (!mayStay) return now.replaceWith(next)
    const wanted = [...next.childNodes]
    for (const [index, child] of [...now.childNodes].entries()) become(child, wanted[index])
  }

  async function read() {
    const headers = { accept: 'text/html' }
    const answer = await fetch(location.href, { headers, cache: 'no-store', signal: AbortSignal.timeout(8000) })
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    if (!answer.ok || page.querySelector('main') === null) throw new Error('no such page')
    return page
  }

  function show(page) {
    // Another version of the server: its page is another one, too.
    if (changed('style', page) || changed('script', page)) return location.reload()
    const focused = document.activeElement.href
    for (const part of changing) become(document.querySelector(part), page.querySelector(part))
    if (focused !== undefined && document.activeElement === document.body)
      [...document.links].find(({ href }) => href === focused)?.focus({ preventScroll: true })
  }

  function changed(part, page) {
    return document.querySelector(part).textContent !== page.querySelector(part).textContent
  }

  function say(text) {
    if (notice.textContent !== text) notice.textContent = text
  }

  async function refresh() {
    clearTimeout(timer)
    if (!paused && !document.hidden) {
      try {
        show(await read())
        say('')
      } catch {
        say('The server does not answer. This is what it said last; the page keeps asking.')
      }
    }
    clearTimeout(timer)
    timer = setTimeout(refresh, ${refreshMs})
  }

  pause.hidden = false
  pause.addEventListener('click', () => {
    paused = !paused
    pause.textContent = paused ? 'Resume updates' : 'Pause updates'
    refresh()
  })
  document.addEventListener('visibilitychange', refresh)
  timer = setTimeout(refresh, ${refreshMs})
}`
