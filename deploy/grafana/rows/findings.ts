import { bars } from '../graphs.ts'
import { ranking, stat } from '../numbers.ts'
import { grown, share } from '../promql.ts'
import { newFindings } from './selections.ts'

const outcomes = 'patchpilot_finding_outcomes_total'

export const findings = [
  bars({
    title: 'New findings by severity',
    description: 'Findings said for the first time, in comments and in the bodies of reviews.',
    unit: 'short',
    width: 12,
    colours: { critical: 'dark-red', high: 'red', medium: 'orange', low: 'yellow' },
    queries: [
      ['{{severity}}', grown('patchpilot_findings_total', 'step', { ...newFindings, by: ['severity'] })],
    ],
  }),
  ranking({
    title: 'New findings by category',
    description: 'What they are about, over the time shown.',
    unit: 'short',
    width: 6,
    queries: [
      ['{{category}}', grown('patchpilot_findings_total', 'range', { ...newFindings, by: ['category'] })],
    ],
  }),
  ranking({
    title: 'Where findings went',
    description:
      'Inline and folded ones were said, repeated ones had been said before; the others were not posted.',
    unit: 'short',
    width: 6,
    queries: [['{{placement}}', grown('patchpilot_findings_total', 'range', { by: ['placement'] })]],
  }),
  stat({
    title: 'Addressed and dismissed',
    description:
      'What people made of findings, as shares of those known to have come to an end. Empty until such outcomes are counted.',
    unit: 'percentunit',
    width: 12,
    queries: [
      [
        'addressed',
        share(grown(outcomes, 'range', { where: ['outcome="addressed"'] }), grown(outcomes, 'range')),
      ],
      [
        'dismissed',
        share(grown(outcomes, 'range', { where: ['outcome="dismissed"'] }), grown(outcomes, 'range')),
      ],
    ],
  }),
  stat({
    title: 'Findings with an outcome',
    description:
      'How many findings were addressed, dismissed or outdated, and so what those shares are worth.',
    unit: 'short',
    width: 12,
    queries: [['{{outcome}}', grown(outcomes, 'range', { by: ['outcome'] })]],
  }),
]
