// Simulators of GitHub and of the model's server, in a process of their own so that nothing here keeps them waiting.
import * as v from 'valibot'
import { scenario } from '../../demo/scenario.ts'
import { type FileChanges, type NewPullRequest, startGitHub } from '../../simulators/github/index.ts'
import { promptOf } from '../../simulators/model/chat-request.ts'
import { startModelServer } from '../../simulators/model/index.ts'
import { generatedChange } from '../generated-change.ts'
import { Ground, Order, type Pace, type Reply } from './protocol.ts'
import { pacedReviewer } from './reviewer.ts'
import { type Traffic, watchServers } from './traffic.ts'

const exchanges = watchServers()
let pace: Pace = { latencyMs: 0, msPerToken: 0, gitHubLatencyMs: 0 }
let promptsBefore = 0
let violationsBefore = 0
const gitHub = await startGitHub()
const model = await startModelServer({ answer: pacedReviewer(() => pace) })
const { before, pullRequest } = change(v.parse(Ground, JSON.parse(process.argv[2] ?? '')))
const repository = await gitHub.createRepository({ name: 'bench', files: before })

process.on('disconnect', () => process.exit())
process.on('message', (message) => {
  obey(v.parse(Order, message)).then(send, (error: unknown) =>
    send({ kind: 'failed', problem: error instanceof Error ? String(error.stack) : String(error) }),
  )
})
send({ kind: 'ready', gitHub: { url: gitHub.url, serverUrl: gitHub.serverUrl }, modelUrl: model.url })

function send(reply: Reply): void {
  process.send?.(reply)
}

async function obey(order: Order): Promise<Reply> {
  if (order.kind === 'tell traffic') return { kind: 'traffic', traffic: traffic() }
  pace = order.pace
  const pull = await repository.openPullRequest(pullRequest)
  gitHub.faults.clear()
  if (pace.gitHubLatencyMs > 0)
    gitHub.faults.add({
      path: /./,
      times: Number.POSITIVE_INFINITY,
      behaviour: { delay: pace.gitHubLatencyMs },
    })
  exchanges.length = 0
  promptsBefore = model.requests.length
  violationsBefore = gitHub.violations.length
  const changedLines = pull.state.files.reduce((sum, file) => sum + file.additions + file.deletions, 0)
  return { kind: 'opened', event: pull.event('opened'), changedLines }
}

function traffic(): Traffic {
  const at = (url: string) => exchanges.filter(({ port }) => port === Number(new URL(url).port))
  return {
    gitHub: at(gitHub.url),
    model: at(model.url),
    prompts: model.requests.slice(promptsBefore).map(({ body }) => ({
      text: promptOf(body),
      schema: JSON.stringify(body.response_format ?? null),
    })),
    violations: gitHub.violations.slice(violationsBefore),
  }
}

function change(ground: Ground): { before: FileChanges; pullRequest: NewPullRequest } {
  const about = {
    title: 'Settle what is pending, once',
    body: 'Whatever was settled twice is settled once.\n\nThe services agree on names, and their tests say so.',
  }
  if (ground.kind === 'demo') {
    const { before, after, title, body, author } = scenario
    return { before, pullRequest: { title, body, author, files: after } }
  }
  const { before, after } = generatedChange(ground)
  return { before, pullRequest: { ...about, files: after, noPatchBeyond: ground.patchesEnd ?? {} } }
}
