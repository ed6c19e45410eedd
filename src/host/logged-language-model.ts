import type { Completion, CompletionRequest, LanguageModel } from '../ports/language-model.ts'
import type { Logger } from '../ports/logger.ts'

/** Puts into the log what is asked and answered, in full: the code under review, for whoever may read the log. */
export class LoggedLanguageModel implements LanguageModel {
  readonly #languageModel: LanguageModel
  readonly #logger: Logger
  #questions = 0

  constructor(languageModel: LanguageModel, logger: Logger) {
    this.#languageModel = languageModel
    this.#logger = logger
  }

  get requestCount(): number {
    return this.#languageModel.requestCount
  }

  async complete(request: CompletionRequest, signal: AbortSignal): Promise<Completion> {
    const question = ++this.#questions
    const messages = request.messages.map(({ role, content }) => `--- ${role}:\n${content}`)
    this.#logger.debug([`question ${question}, to ${request.model}:`, ...messages].join('\n'))
    const completion = await this.#languageModel.complete(request, signal)
    this.#logger.debug(
      completion.kind === 'answered'
        ? `answer to question ${question}, to model request ${completion.request}:\n${completion.content}`
        : `no answer to question ${question}: ${completion.reason}`,
    )
    return completion
  }
}
