import * as http from 'node:http'
import type { Logger } from '../ports/logger.ts'

/** Sends all requests through the proxy that self-hosted runners set in their environment, as runner and git do. */
export function useProxyFromEnvironment(environment: NodeJS.ProcessEnv, logger: Logger): void {
  const named = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].find((name) => environment[name])
  if (named === undefined || environment.NODE_USE_ENV_PROXY === '1') return
  if (typeof http.setGlobalProxyFromEnv === 'function') http.setGlobalProxyFromEnv()
  else logger.warning(`this runner's Node ignores ${named}: set NODE_USE_ENV_PROXY: 1 in the step's env`)
}
