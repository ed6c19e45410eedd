import type { Ground } from '../loopback/protocol.ts'
import { startLoopback } from '../loopback/start.ts'
import { rounded, table } from '../numbers.ts'
import { type Composition, composition } from '../prompt-parts.ts'
import { loadTokenizer } from '../tokenizer.ts'
import { described, large, ordinary, unlimited } from './sizes.ts'

type Counted = {
  readonly name: string
  readonly changedLines: number
  readonly requests: number
  readonly parts: Composition
}

/** What the prompts of a review are made of, counted by OpenAI's tokenizer in what was really sent. */
export async function tokens(): Promise<string> {
  const count = await loadTokenizer()
  const grounds: readonly (readonly [string, Ground])[] = [
    ['the demo', { kind: 'demo' }],
    [described(ordinary), { kind: 'generated', ...ordinary }],
    [described(large), { kind: 'generated', ...large }],
  ]
  const reviews: Counted[] = []
  for (const [name, ground] of grounds) {
    await using loopback = await startLoopback(ground)
    const { changedLines, traffic } = await loopback.review({}, unlimited)
    reviews.push({
      ...{ name, changedLines, requests: traffic.prompts.length },
      parts: composition(traffic.prompts, count),
    })
  }
  return [
    'Tokens of all prompts of one review, as o200k_base counts them:',
    table([
      [
        '',
        'changed lines',
        'requests',
        'tokens',
        'a changed line',
        'of the diff alone',
        'without surroundings',
        'not diff',
      ],
      ...reviews.map(sumRow),
      ['target', '', '', '151 files: ≤ 180,000', '', '', '', '15 files: ≤ 35 %'],
    ]),
    'Of a hundred tokens:',
    table([['', ...Object.keys(reviews[0]?.parts ?? {})], ...reviews.map(shareRow)]),
  ].join('\n')
}

function sumRow({ name, changedLines, requests, parts }: Counted): string[] {
  const all = sumOf(parts)
  const diff = parts.diff + parts['line numbers']
  return [
    ...[name, rounded(changedLines), rounded(requests), rounded(all)],
    rounded(all / changedLines, 1),
    `${rounded(all / parts.diff, 2)} ×`,
    rounded(all - parts.surroundings),
    `${rounded((100 * (all - diff)) / all, 1)} %`,
  ]
}

function shareRow({ name, parts }: Counted): string[] {
  return [name, ...Object.values(parts).map((tokens) => rounded((100 * tokens) / sumOf(parts), 1))]
}

function sumOf(parts: Composition): number {
  return Object.values(parts).reduce((sum, tokens) => sum + tokens, 0)
}
