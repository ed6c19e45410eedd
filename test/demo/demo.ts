import { mkdirSync, writeFileSync } from 'node:fs'
import { type ActionResult, runAction } from '../run-action.ts'
import { defaultToken, startGitHub } from '../simulators/github/index.ts'
import { chooseModel } from './choose-model.ts'
import { renderPage } from './page.ts'
import { printLogLine } from './print-log.ts'
import { printReview } from './print-review.ts'
import { type PullRequestView, readPullRequest } from './pull-request-view.ts'
import { scenario } from './scenario.ts'
import { indent, paintFor, paintWords, wrap } from './terminal-style.ts'

const paint = paintFor(process.stdout, process.env)
// A terminal that does not know its width says 0.
const width = Math.max(40, Math.min(process.stdout.columns || 100, 110))
const say = (text: string) => process.stdout.write(`${text}\n`)

process.exitCode = await demo(Number(process.argv[2] ?? 0))

/** Shows one review from pull request to posted comments; 0 when a review was posted. */
async function demo(installSeconds: number): Promise<number> {
  const startedAt = performance.now()
  const model = await chooseModel(process.env)
  const github = await startGitHub()
  try {
    const pull = await openPullRequest(github)
    const repository = `${scenario.owner}/${scenario.name}`
    const setUpMs = performance.now() - startedAt
    say(`${paint('bold', 'PatchPilot demo')} · a simulated GitHub on ${github.url}`)
    say(`${wrap(paintWords(paint, 'yellow', model.label), width)}\n`)
    say(
      `The pull request ${repository}#${pull.number}, "${scenario.title}", is open. The action runs on it:\n`,
    )

    const result = await runAction({
      inputs: model.inputs,
      env: model.env,
      event: { name: 'pull_request', payload: pull.event('opened') },
      github,
      onLine: (line) => {
        const shown = printLogLine(line, paint)
        if (shown !== null) say(indent(shown === '' ? ' ' : shown, paint('dim', '  │ ')))
      },
      onStart: ({ cancel }) => {
        process.once('SIGINT', cancel)
        process.once('SIGTERM', cancel)
      },
    })

    const gitHubRequests = github.requests.length
    const view = await readPullRequest({ url: github.url, token: defaultToken }, repository, pull.number)
    const page = writePage(view, model.label)
    say('')
    sayReviews(view)
    sayEnd(result, page, { installSeconds, setUpMs, modelMs: model.waitedMs(), gitHubRequests })
    return view.reviews.length > 0 && result.exitCode === 0 ? 0 : 1
  } finally {
    await Promise.all([github.close(), model.close()])
  }
}

async function openPullRequest(github: Awaited<ReturnType<typeof startGitHub>>) {
  const { owner, name, title, body, branch, author, before, after } = scenario
  const repository = await github.createRepository({ owner, name, files: before })
  return repository.openPullRequest({ title, body, branch, author, files: after })
}

function sayReviews(view: PullRequestView): void {
  if (view.reviews.length === 0) {
    say(paint('red', 'No review was posted.'))
    return
  }
  for (const review of view.reviews) {
    say(paint('bold', heading(`Posted by ${review.author}`)))
    say(`\n${printReview(review, view.files, width, paint)}\n`)
  }
}

function sayEnd(
  result: ActionResult,
  page: string,
  spent: {
    readonly installSeconds: number
    readonly setUpMs: number
    readonly modelMs: number | null
    readonly gitHubRequests: number
  },
): void {
  const { verdict = 'none', reason = '' } = result.outputs
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  const times = [
    ...(spent.installSeconds > 0 ? [`installation ${spent.installSeconds} s`] : []),
    `set-up ${seconds(spent.setUpMs)}`,
    `action ${seconds(result.durationMs)}${spent.modelMs === null ? '' : ` (of it waiting for the model ${seconds(spent.modelMs)})`}`,
  ]
  say(paint('bold', heading('The run')))
  say(`\nVerdict      ${verdict}${reason === '' ? '' : `: ${reason}`}`)
  say(`Exit status  ${result.exitCode ?? result.signal}`)
  say(`Time         ${times.join(' · ')}`)
  say(`GitHub       ${spent.gitHubRequests} request${spent.gitHubRequests === 1 ? '' : 's'} by the action`)
  say(`Page         ${page}`)
}

function heading(text: string): string {
  return `── ${text} ${'─'.repeat(Math.max(3, width - text.length - 4))}`
}

function writePage(view: PullRequestView, label: string): string {
  const folder = new URL('../../build/demo/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const file = new URL('index.html', folder)
  writeFileSync(file, renderPage(view, label))
  return file.href
}
