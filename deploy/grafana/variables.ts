import { type VariableModel, VariableRefresh, VariableSort } from '@grafana/schema'
import { datasource } from './panel.ts'

/** Prices of gpt-5.4-mini in US dollars per million tokens, to begin with: https://platform.openai.com/docs/pricing */
const prices = { prompt: '0.75', cached: '0.075', completion: '4.50' } as const

export const variables: VariableModel[] = [
  {
    name: 'datasource',
    label: 'Data source',
    type: 'datasource',
    query: 'prometheus',
    includeAll: false,
    multi: false,
    refresh: VariableRefresh.onDashboardLoad,
  },
  labelVariable('repository', 'Repository', 'patchpilot_reviews_total'),
  labelVariable('model', 'Model', 'patchpilot_llm_requests_total{repository=~"$repository"}'),
  priceVariable('prompt', 'Price of 1M prompt tokens, $'),
  priceVariable('cached', 'cached, $'),
  priceVariable('completion', 'completion, $'),
]

/** "All" also matches series without the label, such as those of the App server. */
function labelVariable(name: string, label: string, series: string): VariableModel {
  return {
    name,
    label,
    type: 'query',
    datasource,
    query: { query: `label_values(${series}, ${name})`, refId: `${name}-values` },
    refresh: VariableRefresh.onTimeRangeChanged,
    sort: VariableSort.alphabeticalAsc,
    includeAll: true,
    allValue: '.*',
    multi: true,
    current: { text: ['All'], value: ['$__all'] },
  }
}

function priceVariable(kind: keyof typeof prices, label: string): VariableModel {
  const option = { text: prices[kind], value: prices[kind], selected: true }
  return {
    name: `price_${kind}`,
    label,
    type: 'textbox',
    query: prices[kind],
    current: option,
    options: [option],
  }
}
