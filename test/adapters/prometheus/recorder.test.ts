import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { PrometheusRecorder } from '../../../src/adapters/prometheus/recorder.ts'
import { metrics } from '../../../src/metrics/table.ts'
import { metricNames } from '../../../src/metrics/zeros.ts'
import { isMissing } from '../../servers/installed.ts'

const known = { model: ['gpt-5.4-mini'], trigger: ['pull_request'] }
const server = () => new PrometheusRecorder({ server: true, known })

describe("the App server's registry", () => {
  it('has every metric of the table, each with a series', async () => {
    const text = await server().text()
    for (const name of metricNames()) {
      expect(text).toContain(`# HELP ${name} ${metrics[name].help}\n# TYPE ${name} ${metrics[name].type}\n`)
      expect(text).toMatch(new RegExp(`^${name}(_bucket)?[{ ]`, 'm'))
    }
  })

  it('counts, observes and sets what it is given', async () => {
    const recorder = server()
    const labels = { verdict: 'passed', trigger: 'pull_request' }
    recorder.record([
      { metric: 'patchpilot_reviews_total', labels, value: 1 },
      { metric: 'patchpilot_reviews_total', labels, value: 1 },
      { metric: 'patchpilot_phase_duration_seconds', labels: { phase: 'ask' }, value: 7 },
      { metric: 'patchpilot_queue_jobs', labels: { state: 'waiting' }, value: 4 },
    ])
    const text = await recorder.text()
    expect(text).toContain('patchpilot_reviews_total{verdict="passed",trigger="pull_request"} 2\n')
    expect(text).toContain('patchpilot_phase_duration_seconds_bucket{le="5",phase="ask"} 0\n')
    expect(text).toContain('patchpilot_phase_duration_seconds_bucket{le="15",phase="ask"} 1\n')
    expect(text).toContain('patchpilot_queue_jobs{state="waiting"} 4\n')
  })

  it.skipIf(isMissing('promtool'))('says nothing that promtool would rather have otherwise', async () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: await server().text(),
      encoding: 'utf8',
    })
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
  })
})

describe("a run's registry", () => {
  it('is without what only a server has', async () => {
    const text = await new PrometheusRecorder({ server: false, known }).text()
    expect(text).not.toMatch(/patchpilot_(queue|pushes)/)
  })
})
