/**
 * On the low side, so that estimates are on the high side: real diffs measure 3.4 bytes a token with o200k_base, and other
 * tokenizers need more tokens. A real tokenizer would double the start-up time.
 */
export const bytesPerToken = 3

/** Tokens of a text, estimated on the high side. The server's `usage` corrects the sum afterwards. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text, 'utf8') / bytesPerToken)
}
