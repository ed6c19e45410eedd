import { describe, expect, it } from 'vitest'
import { dashboard } from '../../deploy/grafana/dashboard.ts'
import { dashboardJson } from '../docs/dashboard-json.ts'
import { isMissing } from '../servers/installed.ts'
import { readText } from './files.ts'
import { panelQueries, panelsOf } from './panels.ts'
import { interpolate, unknownNames } from './promql.ts'
import { checkExpressions } from './promtool.ts'

const panels = panelsOf(dashboard)
const variables = dashboard.templating.list.map(({ name }) => name)
/** https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/#global-variables */
const builtIn = ['__range', '__rate_interval']

describe('the dashboard', () => {
  it('is what `npm run docs` makes', () => {
    expect(readText('grafana/patchpilot.json')).toBe(dashboardJson())
  })

  it('has room for each of its panels, and one place for each', () => {
    const cells = dashboard.panels.flatMap(({ gridPos }) => {
      if (gridPos === undefined) throw new Error('a panel without a place')
      const { x, y, w, h } = gridPos
      expect(x + w).toBeLessThanOrEqual(24)
      return Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`)
    })
    expect(new Set(cells).size).toBe(cells.length)
    const ids = dashboard.panels.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('tells of every panel what it shows, in which unit, and has no title twice', () => {
    for (const { title, description, fieldConfig } of panels) {
      expect(description, title).toMatch(/^[A-Z0-9].{15,}\.$/)
      expect(fieldConfig?.defaults.unit, title).toMatch(/^[a-zA-Z]+$/)
    }
    const titles = panels.map(({ title }) => title)
    expect(new Set(titles).size).toBe(titles.length)
  })

  it('asks the chosen data source only', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is a variable of Grafana
    const chosen = { type: 'prometheus', uid: '${datasource}' }
    expect(variables).toContain('datasource')
    for (const { datasource, targets = [] } of panels) {
      expect(datasource).toEqual(chosen)
      for (const target of targets) expect(target.datasource).toEqual(chosen)
    }
  })

  it('uses every variable it has, and no other', () => {
    const used = JSON.stringify(dashboard.panels).matchAll(/\$\{?(\w+)/g)
    const names = new Set([...used].map(([, name]) => name))
    expect([...names].sort()).toEqual([...variables, ...builtIn].sort())
  })

  it('begins with all repositories and models, and matches what has none', () => {
    for (const variable of dashboard.templating.list.filter(({ type }) => type === 'query')) {
      expect(variable).toMatchObject({ includeAll: true, allValue: '.*', current: { value: ['$__all'] } })
      expect(new RegExp(`^(?:${variable.allValue})$`).test('')).toBe(true)
    }
  })
})

const values = {
  ...{ __range: '7d', __rate_interval: '5m', repository: '.*', model: '.*' },
  ...{ price_prompt: '0.75', price_cached: '0.075', price_completion: '4.50' },
}

describe.each(panelQueries(dashboard))('the query of "$panel": $legend', ({ expr, legend }) => {
  it('names only metrics, labels and values of the table', () => {
    expect(unknownNames(interpolate(expr, values))).toEqual([])
  })

  it('has a legend of labels that its series have', () => {
    const shown = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label)
    const kept = /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(', ') ?? []
    expect(kept.filter((label) => label !== 'le')).toEqual(expect.arrayContaining(shown))
  })
})

describe.skipIf(isMissing('promtool'))('the queries', () => {
  it('are PromQL once Grafana has replaced its variables', async () => {
    const expressions = panelQueries(dashboard).map(({ expr }) => interpolate(expr, values))
    expect(await checkExpressions(expressions)).toMatchObject({ passed: true })
  })
})
