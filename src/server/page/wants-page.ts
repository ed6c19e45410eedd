/**
 * A browser names `text/html`; who takes anything, as curl does, gets JSON.
 * https://www.rfc-editor.org/rfc/rfc9110#name-accept
 */
export function wantsPage(accept: string | undefined): boolean {
  const page = quality(accept, 'text/html')
  return page > 0 && page >= quality(accept, 'application/json')
}

/** From 0 to 1; 0 where the type is not named. */
function quality(accept: string | undefined, type: string): number {
  const entries = (accept ?? '').split(',').map((entry) => entry.split(';').map((part) => part.trim()))
  const found = entries.find(([name]) => name?.toLowerCase() === type)
  if (found === undefined) return 0
  const weight = found.find((part) => /^q=/i.test(part))
  return weight === undefined ? 1 : Number(weight.slice(2)) || 0
}
