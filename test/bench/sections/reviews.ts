import { rounded, table } from '../numbers.ts'
import { actionReviews, serverReviews } from '../reviews.ts'

const serverCounts = [1, 4] as const
const reviewCount = 60

/** Whole reviews one after the other, by the App server and by the action. */
export async function reviews(): Promise<string> {
  const rows = [['', 'reviews/s', 'for each worker']]
  for (const workers of serverCounts) {
    const perSecond = await serverReviews(workers, reviewCount)
    rows.push([`server, ${workers} at once`, rounded(perSecond, 1), rounded(perSecond / workers, 1)])
  }
  const perSecond = await actionReviews(reviewCount / 4)
  rows.push(['action, one run after the other', rounded(perSecond, 1), rounded(perSecond, 1)])
  return [
    'Whole reviews, with a model that answers at once (GitHub and the model are simulated on the same machine):',
    table(rows),
  ].join('\n')
}
