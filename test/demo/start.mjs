// `npm run demo`: installs what is needed, then runs the demo on the project's own Node. Plain JavaScript for Node 18 and later,
// because nothing may be installed yet.
import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))
process.chdir(project)

const installSeconds = isInstalled() ? 0 : await install()
const node = `node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`
const demo = spawn(node, ['test/demo/demo.ts', String(installSeconds)], { stdio: 'inherit' })
// Ctrl-C reaches both; the demo ends the review it runs and decides on the exit status.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => demo.kill('SIGTERM'))
demo.on('error', (error) => fail(`The demo did not start: ${error.message}`))
demo.on('close', (code) => process.exit(code ?? 1))

/** npm writes this file last, so it is as old as the installation. */
function isInstalled() {
  const installed = statSync('node_modules/.package-lock.json', { throwIfNoEntry: false })
  return installed !== undefined && installed.mtimeMs >= statSync('package-lock.json').mtimeMs
}

async function install() {
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  const live = process.stdout.isTTY
  const line = 'Installing what the demo needs (npm ci) …'
  process.stdout.write(live ? line : `${line}\n`)
  const timer = live ? setInterval(() => process.stdout.write(`\r${line} ${seconds()} s`), 1000) : undefined
  const { code, output } = await npmCi()
  clearInterval(timer)
  if (code !== 0) fail(`\n${output}\nnpm ci failed: the demo needs the packages in package-lock.json.`)
  process.stdout.write(`${live ? '\r' : ''}Installed what the demo needs (npm ci) in ${seconds()} s.\n`)
  return seconds()
}

function npmCi() {
  // Under `npm run`, npm says where it is; it cannot be started by name everywhere.
  const npm = process.env.npm_execpath
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const [command, commandArgs] = npm === undefined ? ['npm', args] : [process.execPath, [npm, ...args]]
  return new Promise((resolve) => {
    const run = spawn(command, commandArgs, {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: npm === undefined && process.platform === 'win32',
    })
    let output = ''
    run.stdout.on('data', (piece) => (output += piece))
    run.stderr.on('data', (piece) => (output += piece))
    run.on('error', (error) => resolve({ code: 1, output: error.message }))
    run.on('close', (code) => resolve({ code, output }))
  })
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
