/**
 * A bundle of its own, `dist/model/index.js`: the SDK takes as long to load as everything else together, and loads while
 * GitHub is answering.
 */
export { createLanguageModel } from '../../adapters/openai/create.ts'
