import { describe, expect, it } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import { PhaseClock } from '../../src/metrics/phase-clock.ts'
import type { Observation } from '../../src/ports/observer.ts'
import { FakeLanguageModel } from '../fakes/language-model.ts'
import { FakePullRequest } from '../fakes/fake-pull-request.ts'
import { FakeSourceReader } from '../fakes/source-reader.ts'
import { silentLogger } from '../fakes/silent-logger.ts'
import { emptyPullRequest } from '../fixtures/empty-pull-request.ts'

const { signal } = new AbortController()
const question = {
  ...{ model: 'm', messages: [], answer: { name: 'n', schema: {} } },
  ...{ maxCompletionTokens: 1000, repairs: null },
}

/** A review whose ports take a second each, on a clock that moves when it is told to. */
function watchedReview() {
  const seen: Observation[] = []
  let now = 5_000
  const pass = (ms: number) => {
    now += ms
  }
  const phases = new PhaseClock(
    () => now,
    (observation) => seen.push(observation),
  )
  const pullRequest = new FakePullRequest(emptyPullRequest)
  const model = new FakeLanguageModel(() => {
    pass(1000)
    return { content: 'fine' }
  })
  const ports = phases.watch({
    ...{ logger: silentLogger, pullRequests: pullRequest, languageModel: model },
    sources: new FakeSourceReader({}),
    parseYaml: async (text) => parseYaml(text),
    threads: pullRequest,
    publisher: {
      publish: (...request) => {
        pass(1000)
        return pullRequest.publish(...request)
      },
    },
  })
  const { ref, headSha } = emptyPullRequest
  return {
    pass,
    read: () => ports.pullRequests.snapshot(ref, signal),
    readMore: () => ports.sources.read([], signal),
    ask: () => ports.languageModel.complete(question, signal),
    publish: () => ports.publisher.publish(ref, headSha, 'run', () => null, signal),
    end: () => phases.end(),
    phases: () => seen.map((one) => (one.kind === 'phase' ? [one.phase, one.durationMs] : [])),
  }
}

describe('the phases of a review', () => {
  it('follow the use of its ports, one after the other without a gap', async () => {
    const review = watchedReview()
    review.pass(10)
    await review.read()
    review.pass(20)
    await review.ask()
    review.pass(30)
    await review.ask()
    review.pass(40)
    await review.publish()
    review.pass(50)
    review.end()
    expect(review.phases()).toEqual([
      ['start', 10],
      ['read', 0],
      ['plan', 20],
      ['ask', 2030],
      ['decide', 40],
      ['publish', 1050],
    ])
  })

  it('take what is read while the model is asked for a part of asking', async () => {
    const review = watchedReview()
    await review.read()
    await review.ask()
    await review.readMore()
    review.pass(5)
    await review.ask()
    review.end()
    expect(review.phases()).toEqual([
      ['start', 0],
      ['read', 0],
      ['plan', 0],
      ['ask', 2005],
    ])
  })

  it('are without those that did not come', async () => {
    const review = watchedReview()
    await review.read()
    review.pass(20)
    await review.publish()
    review.end()
    expect(review.phases()).toEqual([
      ['start', 0],
      ['read', 0],
      ['plan', 20],
      ['decide', 0],
      ['publish', 1000],
    ])
  })

  it('end once, wherever the review ended', () => {
    const review = watchedReview()
    review.pass(7)
    review.end()
    review.end()
    expect(review.phases()).toEqual([['start', 7]])
  })
})
