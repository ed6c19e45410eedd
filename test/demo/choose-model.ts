import { startModelServer } from '../simulators/model/index.ts'
import { recordedAnswer } from './scenario.ts'

/** Which model the demo asks, and what to tell the action and people about it. */
export type DemoModel = {
  readonly label: string
  readonly inputs: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  /** How long the action waited for it, where we can know. */
  waitedMs(): number | null
  close(): Promise<void>
}

/** About what a hosted model takes for a change of this size. */
const recordedLatencyMs = 1_500

/** The recorded answer, unless the environment names a real model. */
export async function chooseModel(env: NodeJS.ProcessEnv): Promise<DemoModel> {
  const isLive = (env.OPENAI_API_KEY ?? '') !== '' || (env.OPENAI_BASE_URL ?? '') !== ''
  return isLive ? liveModel(env) : recordedModel()
}

async function recordedModel(): Promise<DemoModel> {
  const name = 'recorded-answer'
  const server = await startModelServer({
    models: [name],
    latencyMs: recordedLatencyMs,
    answer: () => ({ content: recordedAnswer }),
  })
  return {
    label:
      'Recorded: the findings are a recorded answer, written for this demo and played back. No model was asked. Set OPENAI_API_KEY or OPENAI_BASE_URL to ask one.',
    inputs: { 'base-url': server.url, model: name },
    env: {},
    waitedMs: () => server.requests.reduce((sum, { at, answeredAt }) => sum + (answeredAt ?? at) - at, 0),
    close: server.close,
  }
}

function liveModel(env: NodeJS.ProcessEnv): DemoModel {
  const given = (input: string, value: string | undefined) =>
    value === undefined || value === '' ? {} : { [input]: value }
  const inputs = {
    ...given('api-key', env.OPENAI_API_KEY),
    ...given('base-url', env.OPENAI_BASE_URL),
    ...given('model', env.OPENAI_MODEL),
  }
  return {
    label: `Live: the findings are what ${env.OPENAI_MODEL || 'the default model'} at ${env.OPENAI_BASE_URL || "OpenAI's public server"} said during this run.`,
    inputs,
    env: networkSettings(env),
    waitedMs: () => null,
    close: async () => {},
  }
}

/** How to reach a server outside; the simulated GitHub is on loopback and never behind a proxy. */
function networkSettings(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NODE_EXTRA_CA_CERTS']
  const set = Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])))
  const direct = [env.NO_PROXY ?? env.no_proxy, '127.0.0.1', 'localhost'].filter(Boolean).join(',')
  return { ...set, NO_PROXY: direct, no_proxy: direct }
}
