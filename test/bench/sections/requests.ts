import { type Measured, startLoopback } from '../loopback/start.ts'
import type { Exchange } from '../loopback/traffic.ts'
import { rounded, table } from '../numbers.ts'
import { enormous, large, ordinary, patchesEnd, unlimited, veryLarge } from './sizes.ts'

const targets = new Map([
  [ordinary.name, 8],
  [large.name, 12],
  [veryLarge.name, 12],
])

/** What a review asks of GitHub, from the first read to the last write. */
export async function requests(): Promise<string> {
  const columns: { readonly name: string; readonly run: Measured }[] = []
  for (const { name, ...size } of [ordinary, large, veryLarge, enormous]) {
    await using loopback = await startLoopback({ kind: 'generated', ...size, patchesEnd })
    columns.push({ name, run: await loopback.review({}, unlimited) })
    process.stderr.write('.')
  }
  process.stderr.write('\n')
  const counts = columns.map(({ run }) => Map.groupBy(run.traffic.gitHub, endpointOf))
  const endpoints = [...new Set(counts.flatMap((count) => [...count.keys()]))].toSorted()
  const target = (name: string) => {
    const most = targets.get(name)
    return most === undefined ? '' : `≤ ${most}`
  }
  return [
    'Requests to GitHub in one review, its own comments included, and what the review takes of the machine:',
    table([
      ['', ...columns.map(({ name }) => name)],
      ...endpoints.map((endpoint) => [
        endpoint,
        ...counts.map((count) => String(count.get(endpoint)?.length ?? '')),
      ]),
      ['all', ...columns.map(({ run }) => String(run.traffic.gitHub.length))],
      ['target', ...columns.map(({ name }) => target(name))],
      ['requests to the model', ...columns.map(({ run }) => String(run.traffic.model.length))],
      ['processor', ...columns.map(({ run }) => `${rounded(run.usage.cpuMs / 1000, 1)} s`)],
      ['peak memory', ...columns.map(({ run }) => `${rounded(run.usage.peakBytes / 1e6)} MB`)],
    ]),
  ].join('\n')
}

function endpointOf({ method, path }: Exchange): string {
  const template = path
    .replace(/\?.*$/, '')
    .replace(/^\/repos\/[^/]+\/[^/]+/, '')
    .replace(/[0-9a-f]{40}/g, '{sha}')
    .replace(/\/\d+/g, '/{number}')
  return `${method} ${template}`
}
