import type { Logger } from '../ports/logger.ts'

/** Sends all requests through the proxy that self-hosted runners set in their environment, as runner and git do. */
export async function useProxyFromEnvironment(environment: NodeJS.ProcessEnv, logger: Logger): Promise<void> {
  const named = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].find((name) => environment[name])
  if (named === undefined || environment.NODE_USE_ENV_PROXY === '1') return
  const http = await import('node:http')
  if (typeof http.setGlobalProxyFromEnv === 'function') http.setGlobalProxyFromEnv()
  else logger.warning(`this runner's Node ignores ${named}: set NODE_USE_ENV_PROXY: 1 in the step's env`)
}
