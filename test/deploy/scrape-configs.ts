import * as v from 'valibot'
import { readYaml } from './files.ts'

const Config = v.looseObject({ scrape_configs: v.array(v.looseObject({ job_name: v.string() })) })

/** Those of deploy/prometheus/prometheus.yml with these targets, by the name of the job, in place of their own. */
export function scrapeConfigs(targets: Readonly<Record<string, string>>): readonly object[] {
  return v.parse(Config, readYaml('prometheus/prometheus.yml')).scrape_configs.map((config) => {
    const { file_sd_configs: _files, dns_sd_configs: _names, ...rest } = config
    const target = targets[config.job_name]
    if (target === undefined) throw new Error(`no target for ${config.job_name}`)
    return { ...rest, static_configs: [{ targets: [target] }] }
  })
}
