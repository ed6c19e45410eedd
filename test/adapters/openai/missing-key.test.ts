import { describe, expect, it } from 'vitest'
import { createLanguageModel } from '../../../src/adapters/openai/create.ts'
import { MissingKeyLanguageModel, needsKey } from '../../../src/adapters/openai/missing-key.ts'
import { silentLogger } from '../../fakes/silent-logger.ts'

describe('a key is needed', () => {
  it.each([
    ['https://api.openai.com/v1', true],
    ['https://shop.openai.azure.com/openai/v1', true],
    ['https://openrouter.ai/api/v1', true],
    ['https://api.groq.com/openai/v1', true],
    ['http://localhost:11434/v1', false],
    ['http://ollama.internal/v1', false],
    ['https://api.openai.com.proxy.example/v1', false],
    ['https://myopenai.azure.com.example/v1', false],
  ])('at %s: %s', (url, needed) => {
    expect(needsKey(url)).toBe(needed)
  })

  it('and without one nothing is asked', () => {
    const options = { baseUrl: 'https://api.openai.com/v1', deadline: 0 }
    expect(createLanguageModel({ ...options, apiKey: '' }, silentLogger, () => {})).toBeInstanceOf(
      MissingKeyLanguageModel,
    )
    expect(createLanguageModel({ ...options, apiKey: 'sk' }, silentLogger, () => {})).not.toBeInstanceOf(
      MissingKeyLanguageModel,
    )
  })
})
