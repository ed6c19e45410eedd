import type { Page } from 'puppeteer-core'

export type TextContrast = { readonly text: string; readonly ratio: number }

/** The contrast of every text on the page with what is behind it, by the formula of https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export async function textContrasts(page: Page): Promise<readonly TextContrast[]> {
  const measured: unknown = await page.evaluate(measure)
  if (!Array.isArray(measured)) throw new Error('nothing was measured')
  return measured.map(({ text, ratio }) => ({ text: String(text), ratio: Number(ratio) }))
}

/** Run in the browser, which alone knows the colours. */
const measure = `(() => {
  const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  const behind = (element) => (element === null ? [] : [...behind(element.parentElement), element])
  const paint = (colors) => {
    for (const color of ['white', ...colors]) {
      pixel.fillStyle = color
      pixel.fillRect(0, 0, 1, 1)
    }
    return [...pixel.getImageData(0, 0, 1, 1).data].slice(0, 3)
  }
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => value / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found = []
  while (texts.nextNode()) {
    const { parentElement: element, data } = texts.currentNode
    if (data.trim() === '' || !element.checkVisibility()) continue
    const grounds = behind(element).map((one) => getComputedStyle(one).backgroundColor)
    const lights = [paint(grounds), paint([...grounds, getComputedStyle(element).color])].map(luminance)
    const ratio = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05)
    found.push({ text: data.trim(), ratio })
  }
  return found
})()`
