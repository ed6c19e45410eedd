/** "1 request", "12,345 tokens" */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** "12,345". `toLocaleString` would load all of ICU first, for longer than the rest of a small review takes. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
}
