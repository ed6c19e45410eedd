import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dashboard } from '../../deploy/grafana/dashboard.ts'
import { version } from '../../src/version.ts'
import { isMissing } from '../servers/installed.ts'
import { defaultModel } from '../simulators/model/index.ts'
import { expectedMeasures } from './expected-measures.ts'
import { expectedNumbers, expectedTasks } from './expected-numbers.ts'
import { since } from './facts.ts'
import { readAlerts } from './files.ts'
import { type Measured, prices, quiet, refused, startMeasured } from './measured-prometheus.ts'
import { approximately, type Expected, nonZero, numbersOf } from './numbers.ts'
import { labelValues, type PanelQuery, panelQueries } from './panels.ts'
import { owner } from './runs.ts'
import { expectedOfServer } from './stand-in-server.ts'

const queries = panelQueries(dashboard)
const alerts = readAlerts()

const RuleGroups = v.object({
  groups: v.array(v.object({ rules: v.array(v.object({ name: v.string(), health: v.string() })) })),
})

describe.skipIf(isMissing('prometheus', 'prometheus-pushgateway'))('after real runs', () => {
  let measured: Measured
  beforeAll(async () => {
    measured = await startMeasured()
  })
  afterAll(() => measured[Symbol.asyncDispose]())

  /** The App server's numbers are the only ones that no run made: they were written by hand. */
  function expectedOf({ panel, legend }: PanelQuery, repository: string): Expected {
    const { runs, at } = measured
    const everywhere = repository === '.*'
    const chosen = runs.filter((run) => everywhere || run.repository === repository)
    const repositories = new Set(chosen.map((run) => run.repository))
    const fromReports = expectedNumbers(chosen, at, prices)
    const expected: Readonly<Record<string, Expected>> = {
      ...fromReports,
      ...expectedOfServer,
      'Tasks by status / {{status}}': expectedTasks(runs),
      'Repositories whose last push was refused / refused': nonZero({
        '': repositories.has(refused) ? 1 : 0,
      }),
      'Versions / {{version}}': { [version]: repositories.size + (everywhere ? 1 : 0) },
      'Last push / {{repository}}': {
        ...fromReports['Last push / {{repository}}'],
        ...(everywhere ? { [quiet]: since(at, measured.quietSince) } : {}),
      },
    }
    const numbers = expected[`${panel} / ${legend}`]
    if (numbers === undefined) throw new Error('nothing is expected of this query')
    return numbers
  }

  describe.each(['.*', `${owner}/shop`])('and for the repository %s', (repository) => {
    it.each(queries)('"$panel" shows what they did: $legend', async (query) => {
      const values = await measured.ask(query.expr, repository)
      const shown = [...query.legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label)
      const expected = approximately(expectedOf(query, repository))
      expect(nonZero(numbersOf(values, shown.length === 0 ? ['repository'] : shown))).toEqual(expected)
    })
  })

  it.each(queries)('"$panel" has only numbers where nothing happened: $legend', async ({ expr }) => {
    for (const { value } of await measured.ask(expr, quiet)) expect(value).toBeGreaterThanOrEqual(0)
  })

  it.each([
    ['repository', ['flaky', 'legacy', 'quiet', 'shop', 'tools'].map((name) => `${owner}/${name}`)],
    ['model', [defaultModel]],
  ])('the variable %s offers what there is', async (name, values) => {
    expect(await labelValues(measured.prometheus, dashboard, name)).toEqual(values)
  })

  it('a lock that stood in the gateway was not scraped', async () => {
    expect(await measured.prometheus.series('{job="patchpilot_lock"}')).toEqual([])
    expect(await measured.prometheus.series('{job="patchpilot"}')).not.toEqual([])
  })

  // How long ago a push was refused, no report says.
  it.each(alerts.filter(({ alert }) => alert !== 'PatchPilotPushRefused'))(
    '$alert measures what they did',
    async ({ alert, expr }) => {
      const measures = expr.replace(/^ *[<>] .*$/gm, '').split(/^(?:and|unless)$/m)
      const expected = expectedMeasures(measured.runs)[alert]?.map((numbers) => approximately(numbers))
      const found = await Promise.all(measures.map((measure) => measured.ask(measure)))
      expect(found.map((values) => nonZero(numbersOf(values, ['repository', 'model'])))).toEqual(expected)
    },
  )

  it('Prometheus evaluates every rule without an error', async () => {
    const { groups } = v.parse(RuleGroups, await measured.prometheus.get('rules'))
    const health = groups.flatMap(({ rules }) => rules.map(({ name, health }) => [name, health]))
    expect(health).toEqual(alerts.map(({ alert }) => [alert, 'ok']))
  })

  it('only those alerts are about to fire that should', async () => {
    const firing = await Promise.all(
      alerts.map(async ({ alert, expr }) =>
        (await measured.ask(expr)).map(({ labels }) => `${alert} ${labels.repository}`),
      ),
    )
    expect(firing.flat()).toEqual([
      `PatchPilotNoSuccessfulReview ${refused}`,
      `PatchPilotPushRefused ${refused}`,
    ])
  })
})
