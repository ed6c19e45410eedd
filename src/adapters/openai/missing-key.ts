import type { Completion, LanguageModel } from '../../ports/language-model.ts'

/** Public servers that answer nobody without a key, by the end of their host name. */
const keyed = [
  'api.openai.com',
  '.openai.azure.com',
  '.services.ai.azure.com',
  'openrouter.ai',
  'api.anthropic.com',
  'generativelanguage.googleapis.com',
  'api.groq.com',
  'api.deepseek.com',
  'api.mistral.ai',
  'api.together.xyz',
  'api.fireworks.ai',
  'api.x.ai',
]

export function needsKey(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl)
  return keyed.some((host) => hostname === host || (host.startsWith('.') && hostname.endsWith(host)))
}

/** Stands in where no request can succeed: nothing is sent, and the reason says what to set. */
export class MissingKeyLanguageModel implements LanguageModel {
  readonly requestCount = 0
  readonly #baseUrl: string

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl
  }

  async complete(): Promise<Completion> {
    const { hostname } = new URL(this.#baseUrl)
    return {
      kind: 'failed',
      reason: `${hostname} needs a key and the input \`api-key\` is empty: set it from a secret (workflows for pull requests from forks and Dependabot get no secrets)`,
      scope: 'server',
      usage: null,
    }
  }
}
