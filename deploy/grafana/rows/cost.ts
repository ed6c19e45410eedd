import { dailyBars } from '../graphs.ts'
import { age, grown, latest } from '../promql.ts'
import { table } from '../table.ts'
import {
  cachedPromptTokens,
  completionTokens,
  cost as costOf,
  freshPromptTokens,
  tokens,
} from './cost-queries.ts'
import { concludedReviews, newFindings } from './selections.ts'

const by = ['repository'] as const

export const cost = [
  dailyBars({
    title: 'Tokens per day',
    description:
      'Each bar is one day; the last one is today so far. Cached prompt tokens cost less on most servers.',
    unit: 'short',
    width: 8,
    queries: [
      ['prompt', freshPromptTokens('day')],
      ['prompt, cached', cachedPromptTokens('day')],
      ['completion', completionTokens('day')],
    ],
  }),
  dailyBars({
    title: 'Tokens per day and repository',
    description: 'Prompt and completion tokens. Reviews by the App server carry no repository.',
    unit: 'short',
    width: 8,
    queries: [['{{repository}}', tokens('day', by)]],
  }),
  dailyBars({
    title: 'Cost per day and repository',
    description:
      'Tokens at the prices given above, which are per million and the same for every model chosen.',
    unit: 'currencyUSD',
    width: 8,
    queries: [['{{repository}}', costOf('day', by)]],
  }),
  table({
    title: 'Repositories',
    description: 'What each repository asked for, found and spent over the time shown.',
    unit: 'short',
    width: 24,
    rows: 'repository',
    units: { Cost: 'currencyUSD', 'Last success': 'dtdurations' },
    queries: [
      ['Reviews', grown('patchpilot_reviews_total', 'range', { ...concludedReviews, by })],
      ['Inconclusive', grown('patchpilot_reviews_total', 'range', { where: ['verdict="inconclusive"'], by })],
      ['New findings', grown('patchpilot_findings_total', 'range', { ...newFindings, by })],
      ['Tokens', tokens('range', by)],
      ['Cost', costOf('range', by)],
      ['Last success', age(latest('patchpilot_last_review_timestamp_seconds', { by }))],
    ],
  }),
]
