import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { planning } from './sections/planning.ts'
import { requests } from './sections/requests.ts'
import { reviews } from './sections/reviews.ts'
import { start } from './sections/start.ts'
import { tokens } from './sections/tokens.ts'
import { wall } from './sections/wall.ts'
import { webhook } from './sections/webhook.ts'

type Section = {
  readonly measure: () => Promise<string>
  /** It compares or counts with packages that only the benchmark has. */
  readonly needsPackages: boolean
}

const own = (measure: Section['measure']): Section => ({ measure, needsPackages: false })
const compared = (measure: Section['measure']): Section => ({ measure, needsPackages: true })

const sections: ReadonlyMap<string, Section> = new Map([
  ['start', own(start)],
  ['wall', own(wall)],
  ['requests', own(requests)],
  ['tokens', compared(tokens)],
  ['planning', own(planning)],
  ['webhook', compared(webhook)],
  ['reviews', own(reviews)],
])

function installPackages(): void {
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  const folder = fileURLToPath(new URL('.', import.meta.url))
  execFileSync('npm', ['ci', '--prefix', folder, ...quiet], { stdio: ['ignore', 'ignore', 'inherit'] })
}

const print = (text: string) => process.stdout.write(`${text}\n`)

async function run(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !sections.has(name))
  if (unknown.length > 0) {
    print(`There is no section ${unknown.join(', ')}, only ${[...sections.keys()].join(', ')}.`)
    process.exitCode = 64
    return
  }
  const chosen = [...sections].filter(([name]) => names.length === 0 || names.includes(name))
  if (chosen.some(([, { needsPackages }]) => needsPackages)) installPackages()
  print(`Node ${process.version}, ${availableParallelism()} cores, all of it on this machine.\n`)
  for (const [name, { measure }] of chosen) {
    print(await measure())
    print(`  Again: npm run bench -- ${name}\n`)
  }
}

await run(process.argv.slice(2))
