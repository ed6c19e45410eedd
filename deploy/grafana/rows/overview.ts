import { stat } from '../numbers.ts'
import { age, grown, latest, quantile, share } from '../promql.ts'
import { cost, tokens } from './cost-queries.ts'
import { concludedReviews, coveredFiles, finishedTasks, newFindings, reviewableFiles } from './selections.ts'

const width = 3

/** Do reviews work, what do they find, what do they cost: all of it about the time shown. */
export const overview = [
  stat({
    title: 'Reviews',
    description: 'Reviews that were concluded, completely or not. Skipped ones are not among them.',
    unit: 'short',
    width,
    queries: [['reviews', grown('patchpilot_reviews_total', 'range', concludedReviews)]],
  }),
  stat({
    title: 'Inconclusive',
    description:
      'Share of the reviews that could not be completed: a failure, the timeout or the budget. Their job summaries say why.',
    unit: 'percentunit',
    width,
    limits: [
      [0.05, 'orange'],
      [0.2, 'red'],
    ],
    queries: [
      [
        'inconclusive',
        share(
          grown('patchpilot_reviews_total', 'range', { where: ['verdict="inconclusive"'] }),
          grown('patchpilot_reviews_total', 'range', concludedReviews),
        ),
      ],
    ],
  }),
  stat({
    title: 'Last success',
    description: 'Time since a review last ended with the verdict passed or findings, anywhere.',
    unit: 'dtdurations',
    width,
    queries: [['last success', age(latest('patchpilot_last_review_timestamp_seconds'))]],
  }),
  stat({
    title: 'Duration, p95',
    description: '95 of 100 reviews took no longer than this, from the start of the task to its end.',
    unit: 's',
    width,
    limits: [
      [300, 'orange'],
      [600, 'red'],
    ],
    queries: [['p95', quantile(0.95, 'patchpilot_task_duration_seconds', 'range', finishedTasks)]],
  }),
  stat({
    title: 'New findings',
    description: 'Findings said for the first time, in comments and in the bodies of reviews.',
    unit: 'short',
    width,
    queries: [['findings', grown('patchpilot_findings_total', 'range', newFindings)]],
  }),
  stat({
    title: 'Coverage',
    description:
      'Share of the changed files with reviewable code that were reviewed entirely. Excluded, generated and binary files are not among them.',
    unit: 'percentunit',
    width,
    queries: [
      [
        'covered',
        share(
          grown('patchpilot_files_total', 'range', coveredFiles),
          grown('patchpilot_files_total', 'range', reviewableFiles),
        ),
      ],
    ],
  }),
  stat({
    title: 'Tokens',
    description: 'Prompt and completion tokens as the model server counted them.',
    unit: 'short',
    width,
    queries: [['tokens', tokens('range')]],
  }),
  stat({
    title: 'Cost',
    description: 'Tokens at the prices given above, which are per million.',
    unit: 'currencyUSD',
    width,
    queries: [['cost', cost('range')]],
  }),
]
