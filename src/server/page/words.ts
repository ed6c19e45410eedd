import { type Html, html } from './html.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** "8 s", "1 min 12 s", "2 h 5 min", "3 d 4 h" */
export function span(ms: number): string {
  if (ms < minute) return amounts(ms, [second, 's'])
  if (ms < hour) return amounts(ms, [minute, 'min'], [second, 's'])
  return ms < day ? amounts(ms, [hour, 'h'], [minute, 'min']) : amounts(ms, [day, 'd'], [hour, 'h'])
}

/** "0.8 s", "1 min 12 s" */
export function took(ms: number): string {
  return ms < 10 * second ? `${(ms / second).toFixed(1)} s` : span(ms)
}

/** "8 s", "12 min", "2 h 5 min" */
function about(ms: number): string {
  return ms > minute && ms < hour ? amounts(ms, [minute, 'min']) : span(ms)
}

/** Clocks of other machines may be ahead of ours. */
function amounts(ms: number, ...units: readonly (readonly [size: number, name: string])[]): string {
  const parts: string[] = []
  let rest = Math.max(0, ms)
  for (const [size, name] of units) {
    const amount = Math.floor(rest / size)
    if (amount > 0 || parts.length === 0) parts.push(`${amount} ${name}`)
    rest -= amount * size
  }
  return parts.join(' ')
}

/** "12 min ago", with the time itself for who asks. */
export function ago(at: number, now: number): Html {
  return timeElement(at, now - at < 5 * second ? 'just now' : `${about(now - at)} ago`)
}

export function timeElement(at: number, words: string): Html {
  const iso = new Date(at).toISOString()
  return html`<time datetime="${iso}" title="${iso.slice(0, 10)} ${clock(at)}">${words}</time>`
}

/** "14:03:05 UTC" */
export function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`
}

export function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}
