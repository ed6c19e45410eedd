import { describe, expect, it } from 'vitest'
import { inputs } from '../../src/config/inputs.ts'
import { dashboard } from '../../deploy/grafana/dashboard.ts'
import { isMissing } from '../servers/installed.ts'
import { deployPath, readAlerts } from './files.ts'
import { panelsOf } from './panels.ts'
import { unknownNames } from './promql.ts'
import { promtool, withFiles } from './promtool.ts'

const alerts = readAlerts()

describe.each(alerts)('the alert $alert', (alert) => {
  it('names only metrics, labels and values that there are', () => {
    expect(unknownNames(alert.expr)).toEqual([])
  })

  it('has its thresholds on lines of their own', () => {
    const compared = alert.expr.split('\n').filter((line) => /[<>]/.test(line))
    expect(compared.length).toBeGreaterThan(0)
    for (const line of compared) expect(line).toMatch(/^ *[<>] [\d.e]+$/)
  })

  it('waits before it is raised', () => {
    expect(alert.for).toMatch(/^\d+[mh]$/)
  })

  it('sends people only to panels, rows and inputs that there are', () => {
    const { description } = alert.annotations
    const titles = [...panelsOf(dashboard), ...dashboard.panels].map(({ title }) => title)
    for (const [, named] of description.matchAll(/"([^"]+)"/g)) expect(titles).toContain(named)
    const settings = [...inputs.map(({ name }) => name), 'WORKERS', '--persistence.file']
    for (const [, named] of description.matchAll(/`([^`]+)`/g)) expect(settings).toContain(named)
  })
})

describe.skipIf(isMissing('promtool'))('promtool', () => {
  it('takes the configuration, the targets and the rules', async () => {
    expect(await promtool('check', 'config', deployPath('prometheus/prometheus.yml'))).toMatchObject({
      passed: true,
      output: expect.stringContaining(`${alerts.length} rules found`),
    })
  })

  it('sees each alert fire when it should and stay quiet when it should not', async () => {
    expect(await promtool('test', 'rules', deployPath('prometheus/alerts.test.yml'))).toMatchObject({
      passed: true,
    })
  })

  // The alerts are raised by what was measured here instead of by their own expressions.
  it.each([
    [
      'PatchPilotReviewsInconclusive',
      { repository: 'acme/shop' },
      0.25,
      '25% of the reviews of acme/shop could not be completed',
    ],
    [
      'PatchPilotReviewsInconclusive',
      {},
      0.25,
      '25% of the reviews of the App server could not be completed',
    ],
    [
      'PatchPilotNoSuccessfulReview',
      { repository: 'acme/shop' },
      4,
      'No review of acme/shop has succeeded for a day, and 4 failed',
    ],
    ['PatchPilotReviewsSlow', { repository: 'acme/shop' }, 412, 'Reviews of acme/shop take up to 6m 52s'],
    ['PatchPilotTokenBurn', {}, 12.5e6, 'The App server used 12.5M tokens in 24 hours'],
    ['PatchPilotModelErrors', { model: 'gpt-5.4-mini' }, 0.5, '50% of the requests to gpt-5.4-mini fail'],
    ['PatchPilotQueueBacklog', {}, 930, 'A review has been waiting in the queue for 15m 30s'],
    [
      'PatchPilotPushRefused',
      { repository: 'acme/shop' },
      60,
      'The Pushgateway refused the last numbers of acme/shop',
    ],
    [
      'PatchPilotPushgatewayDown',
      { instance: 'pushgateway:9091' },
      0,
      'The Pushgateway at pushgateway:9091 cannot be scraped',
    ],
    [
      'PatchPilotPushesFailing',
      { instance: 'one:8000' },
      7,
      '7 pushes by the App server at one:8000 failed within an hour',
    ],
  ])('%s %j of %d says what is the matter', async (name, labels, value, summary) => {
    const alert = alerts.find(({ alert }) => alert === name)
    const measured = Object.entries(labels).map(([label, text]) => `${label}="${text}"`)
    const rule = { alert: name, expr: 'measured', annotations: { summary: alert?.annotations.summary } }
    const test = {
      rule_files: ['rules.yml'],
      tests: [
        {
          input_series: [{ series: `measured{${measured.join(', ')}}`, values: String(value) }],
          alert_rule_test: [
            {
              ...{ eval_time: '0m', alertname: name },
              exp_alerts: [{ exp_labels: labels, exp_annotations: { summary } }],
            },
          ],
        },
      ],
    }
    const files = { 'rules.yml': { groups: [{ name: 'rendered', rules: [rule] }] }, 'test.yml': test }
    const verdict = await withFiles(files, (folder) => promtool('test', 'rules', `${folder}/test.yml`))
    expect(verdict).toMatchObject({ passed: true })
  })
})
