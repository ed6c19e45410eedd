import { ranking, stat } from '../numbers.ts'
import { age, latest } from '../promql.ts'

/** The Pushgateway's own metrics about a group. https://github.com/prometheus/pushgateway#about-metric-inconsistencies */
const ofRepository = '{job="patchpilot", repository=~"$repository"}'

/** Can the numbers above be believed. */
export const freshness = [
  ranking({
    title: 'Last successful review',
    description:
      'Time since a review last ended with the verdict passed or findings. Long is fine where nobody works.',
    unit: 'dtdurations',
    width: 8,
    queries: [
      ['{{repository}}', age(latest('patchpilot_last_review_timestamp_seconds', { by: ['repository'] }))],
    ],
  }),
  ranking({
    title: 'Last push',
    description: 'Time since the numbers of a repository last reached the Pushgateway.',
    unit: 'dtdurations',
    width: 8,
    queries: [['{{repository}}', age(`max by (repository) (push_time_seconds${ofRepository})`)]],
  }),
  stat({
    title: 'Repositories whose last push was refused',
    description: "The Pushgateway's log and the warning in the run's log say why.",
    unit: 'short',
    width: 4,
    limits: [[1, 'red']],
    queries: [
      [
        'refused',
        `count(push_failure_time_seconds${ofRepository} > push_time_seconds${ofRepository}) or vector(0)`,
      ],
    ],
  }),
  stat({
    title: 'Versions',
    description: 'Versions of PatchPilot by how many repositories and servers they run in.',
    unit: 'short',
    width: 4,
    queries: [['{{version}}', 'count by (version) (patchpilot_build_info{repository=~"$repository"})']],
  }),
]
