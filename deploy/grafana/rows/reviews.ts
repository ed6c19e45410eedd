import { bars, lines } from '../graphs.ts'
import { ranking } from '../numbers.ts'
import { average, grown, quantile, share, some } from '../promql.ts'
import { concludedReviews, finishedTasks } from './selections.ts'

const coverageColours = {
  reviewed: 'green',
  'already-reviewed': 'light-green',
  budget: 'orange',
  deadline: 'dark-orange',
  failed: 'red',
}

export const reviews = [
  bars({
    title: 'Reviews by verdict',
    description: 'An inconclusive one did not get to see everything; a skipped one was not asked for.',
    unit: 'short',
    width: 12,
    colours: { passed: 'green', findings: 'blue', inconclusive: 'red', skipped: 'gray' },
    queries: [['{{verdict}}', grown('patchpilot_reviews_total', 'step', { by: ['verdict'] })]],
  }),
  lines({
    title: 'Inconclusive rate',
    description:
      'Share of the reviews that could not be completed, skipped ones left out. No point: no review.',
    unit: 'percentunit',
    width: 12,
    colours: { inconclusive: 'red' },
    queries: [
      [
        'inconclusive',
        share(
          grown('patchpilot_reviews_total', 'step', { where: ['verdict="inconclusive"'] }),
          grown('patchpilot_reviews_total', 'step', concludedReviews),
        ),
      ],
    ],
  }),
  lines({
    title: 'Review duration',
    description: 'From the start of a review to its end, estimated from the buckets of the histogram.',
    unit: 's',
    width: 12,
    queries: [
      ['p50', quantile(0.5, 'patchpilot_task_duration_seconds', 'step', finishedTasks)],
      ['p90', quantile(0.9, 'patchpilot_task_duration_seconds', 'step', finishedTasks)],
      ['p99', quantile(0.99, 'patchpilot_task_duration_seconds', 'step', finishedTasks)],
    ],
  }),
  bars({
    title: 'Time by phase',
    description:
      'Average time of a review in each phase. Most of it in "ask" is the model at work; waiting is shown further down.',
    unit: 's',
    width: 12,
    queries: [['{{phase}}', average('patchpilot_phase_duration_seconds', 'step', { by: ['phase'] })]],
  }),
  bars({
    title: 'Files by coverage',
    description:
      'A file is as covered as its worst hunk. Budget: raise max-tokens. Deadline: raise timeout or concurrency. Failed: see the model row.',
    unit: 'short',
    width: 16,
    colours: coverageColours,
    queries: [['{{coverage}}', grown('patchpilot_files_total', 'step', { by: ['coverage'] })]],
  }),
  ranking({
    title: 'What asked for reviews',
    description: "Reviews by GitHub's event, skipped ones included.",
    unit: 'short',
    width: 8,
    queries: [['{{trigger}}', some(grown('patchpilot_reviews_total', 'range', { by: ['trigger'] }))]],
  }),
]
