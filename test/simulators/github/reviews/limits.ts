/** Source: GitHub's refusal "Body is too long (maximum is 65536 characters)"; characters are code points. */
const longestBody = 65_536

export const bodyTooLong = 'Body is too long (maximum is 65536 characters)'

export function isTooLong(body: string): boolean {
  return body.length > longestBody && [...body].length > longestBody
}
