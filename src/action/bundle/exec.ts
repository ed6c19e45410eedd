/** Takes the place of `@actions/exec` in the bundle: @actions/core starts programs only to describe the platform, which we never ask. */
export function getExecOutput(): Promise<never> {
  return Promise.reject(new Error('programs cannot be started from this bundle'))
}
