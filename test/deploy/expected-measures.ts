import {
  by,
  count,
  errorShare,
  inconclusiveOf,
  requests,
  reviewQuantile,
  reviewsOf,
  tokens,
} from './facts.ts'
import type { Expectation, Expected } from './numbers.ts'
import type { Run } from './runs.ts'
import { expectedOfServer } from './stand-in-server.ts'

/** What each part of an alert's expression measures before its threshold, from what the runs say of themselves. */
export function expectedMeasures(runs: readonly Run[]): Readonly<Record<string, readonly Expected[]>> {
  const reviews = reviewsOf(runs)
  const inconclusive = inconclusiveOf(runs)
  const succeeded = reviews.filter((run) => !inconclusive.includes(run))
  const asked = requests(runs, 'llm')
  const perRepository = (some: readonly Run[], value: (same: readonly Run[]) => Expectation) =>
    by(some, ({ repository }) => repository, value)
  const number = (some: readonly Run[]) => perRepository(some, (same) => same.length)
  return {
    PatchPilotReviewsInconclusive: [
      perRepository(reviews, (same) => inconclusiveOf(same).length / same.length),
      number(reviews),
    ],
    PatchPilotNoSuccessfulReview: [number(inconclusive), number(succeeded)],
    PatchPilotReviewsSlow: [perRepository(reviews, (same) => reviewQuantile(0.95, same)), number(reviews)],
    PatchPilotTokenBurn: [perRepository(runs, (same) => tokens(requests(same, 'llm')))],
    PatchPilotModelErrors: [
      by(asked, ({ model }) => model, errorShare),
      count(asked, ({ model = '' }) => model),
    ],
    PatchPilotQueueBacklog: [expectedOfServer['Oldest waiting job / age'] ?? {}],
    PatchPilotPushgatewayDown: [{ '': 1 }],
    PatchPilotPushesFailing: [{ '': expectedOfServer['Pushes / {{status}}']?.failed ?? 0 }],
  }
}
