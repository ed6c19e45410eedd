import { generateKeyPairSync } from 'node:crypto'
import { type NodeServer, startNodeServer } from './node-server.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

/** The App that the server below is, for whoever plays GitHub. */
export const app = { appId: 4711, slug: 'shop-reviewer', privateKey, publicKey } as const

export type AppServerOptions = {
  readonly port: number
  readonly logFile: string
  /** As in `GITHUB_WEBHOOK_SECRET`. */
  readonly webhookSecret: string
  readonly gitHubUrl: string
  readonly modelUrl: string
  readonly env?: Readonly<Record<string, string>>
}

/** The App's server as `npm start` runs it. */
export function startAppServer(options: AppServerOptions): NodeServer {
  const { port, logFile, webhookSecret, gitHubUrl, modelUrl } = options
  const env = {
    ...{ GITHUB_APP_ID: String(app.appId), GITHUB_PRIVATE_KEY_PEM: privateKey },
    ...{ GITHUB_WEBHOOK_SECRET: webhookSecret, GITHUB_API_URL: gitHubUrl, OPENAI_BASE_URL: modelUrl },
    ...options.env,
  }
  return startNodeServer({ script: 'dist/server/index.js', readyPath: '/readyz', port, env, logFile })
}
