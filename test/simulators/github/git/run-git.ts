import { spawn } from 'node:child_process'

/** Untouched by the configuration of whoever runs the tests. */
export const gitEnvironment = {
  PATH: process.env.PATH,
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_OPTIONAL_LOCKS: '0',
}

/** Runs git inside a repository. */
export function runGit(gitDir: string, args: readonly string[], input?: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const git = spawn('git', [...args], { cwd: gitDir, env: gitEnvironment })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    git.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    git.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    git.on('error', reject)
    git.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(stdout))
      else reject(new Error(`git ${args.join(' ')} exited with ${code}: ${Buffer.concat(stderr)}`))
    })
    git.stdin.on('error', reject)
    git.stdin.end(input)
  })
}
