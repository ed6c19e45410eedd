import type { LanguageModel } from '../../ports/language-model.ts'
import type { Logger } from '../../ports/logger.ts'
import type { Observer } from '../../ports/observer.ts'
import { type OpenAiOptions, OpenAiLanguageModel } from './language-model.ts'
import { MissingKeyLanguageModel, needsKey } from './missing-key.ts'

export function createLanguageModel(
  options: OpenAiOptions,
  logger: Logger,
  observe: Observer,
): LanguageModel {
  const missing = options.apiKey === '' && needsKey(options.baseUrl)
  return missing
    ? new MissingKeyLanguageModel(options.baseUrl)
    : new OpenAiLanguageModel(options, logger, observe)
}
