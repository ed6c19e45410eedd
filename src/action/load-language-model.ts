import type { ReviewConfig } from '../config/schema.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import type { Observer } from '../ports/observer.ts'
import { actionLogger } from './action-logger.ts'
import { LazyLanguageModel } from './lazy-language-model.ts'

/** The model that the inputs name; its code is a part of the bundle that is loaded on its own. */
export function loadLanguageModel(
  { baseUrl, apiKey }: ReviewConfig,
  observe: Observer,
): (deadline: number) => LanguageModel {
  return (deadline) =>
    new LazyLanguageModel(async () => {
      const { createLanguageModel } = await import(/* webpackIgnore: true */ './model/index.ts')
      return createLanguageModel({ baseUrl, apiKey, deadline }, actionLogger, observe)
    })
}
