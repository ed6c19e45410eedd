import { type Html, html } from './html.ts'
import type { Tone } from './view.ts'

/** Strokes on a grid of 16. */
const strokes = {
  check: html`<path d="M3.5 8.5 6.5 11.5 12.5 4.5"/>`,
  cross: html`<path d="M4.5 4.5 11.5 11.5M11.5 4.5 4.5 11.5"/>`,
  dash: html`<path d="M4 8H12"/>`,
  comment: html`<path d="M2.5 3H13.5V11H8L5 13.5V11H2.5Z"/>`,
  question: html`<path d="M5.5 6A2.5 2.5 0 1 1 8 8.5V9.5M8 12.3V12.5"/>`,
  pulse: html`<path d="M1.5 8H4.5L6.5 3 9.5 13 11.5 8H14.5"/>`,
  clock: html`<circle cx="8" cy="8" r="5.5"/><path d="M8 5V8L10 9.5"/>`,
  again: html`<path d="M13 8A5 5 0 1 1 11.3 4.2M11.5 1.8V4.5H8.8"/>`,
  warning: html`<path d="M8 2.5 14 13H2ZM8 6.5V9.3M8 11.2V11.4"/>`,
} as const

export type IconName = keyof typeof strokes

/** Words always stand beside it. */
export function icon(name: IconName): Html {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${strokes[name]}</svg>`
}

export const toneIcons: Readonly<Record<Tone, IconName>> = {
  good: 'check',
  busy: 'pulse',
  warning: 'warning',
  bad: 'cross',
  quiet: 'dash',
}

const plane = 'M5 15.5 27 6 19.5 27 15 18.5ZM15 18.5 27 6'

export const logo = html`<svg class="logo" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8"/><path d="${plane}"/></svg>`

/** On the tab's light or dark ground alike. */
const dots: Readonly<Record<Tone, string>> = {
  good: '#2da44e',
  busy: '#3b82f6',
  warning: '#e0a100',
  bad: '#e5484d',
  quiet: '#8b949e',
}

/** The logo with the state on it, as the address of an image. */
export function favicon(tone: Tone): string {
  const { text } =
    html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#334155"/><path d="${plane}" fill="none" stroke="#fff" stroke-width="2.2" stroke-linejoin="round"/><circle cx="25" cy="25" r="7" fill="${dots[tone]}" stroke="#fff" stroke-width="2"/></svg>`
  return `data:image/svg+xml,${encodeURIComponent(text)}`
}
