import type { Fault } from './faults.ts'

/** What the model says. Anything not given is what a well-behaved server would send. */
export type Completion = {
  /** An object is sent as JSON text. */
  readonly content: string | object | null
  readonly finishReason?: string
  readonly refusal?: string
  /** null: this server counts nothing. Any object is sent as it is. */
  readonly usage?: object | null
  readonly latencyMs?: number
}

export type Answer = Completion | { readonly fault: Fault; readonly latencyMs?: number }

/** The same answer, spoilt in a way that models have. */
export const spoilt = {
  cutByLength(content: object): Completion {
    const text = JSON.stringify(content)
    return { content: text.slice(0, Math.ceil(text.length * 0.6)), finishReason: 'length' }
  },
  /** A reasoning model that thought until its cap and said nothing. */
  emptyByLength: (): Completion => ({ content: '', finishReason: 'length' }),
  refused: (): Completion => ({ content: null, refusal: "I'm sorry, I can't assist with that request." }),
  contentFilter: (): Completion => ({ content: '', finishReason: 'content_filter' }),
  whitespace: (): Completion => ({ content: ' \n\n\t\n ' }),
  nullContent: (): Completion => ({ content: null }),
  fenced: (content: object): Completion => ({ content: `\`\`\`json\n${pretty(content)}\n\`\`\`` }),
  /** The thoughts hold a draft in braces, which is not the answer. */
  thinking: (content: object): Completion => ({
    content: `<think>\nThe diff adds {"findings": [...]}. Let me look at it.\n</think>\n\n${pretty(content)}`,
  }),
  inProse: (content: object): Completion => ({
    content: `Sure! Here is my review of {the change}:\n\n${pretty(content)}\n\nLet me know if you have any questions.`,
  }),
  wrongTypes: (): Completion => ({ content: { summary: 42, findings: { path: ['src'], quote: null } } }),
  notAnObject: (): Completion => ({ content: [1, 2, 3] }),
  withoutUsage: (content: object): Completion => ({ content, usage: null }),
  nonsenseUsage: (content: object): Completion => ({
    content,
    usage: { prompt_tokens: 'many', completion_tokens: -5, total_tokens: null },
  }),
} as const

function pretty(content: object): string {
  return JSON.stringify(content, null, 2)
}
