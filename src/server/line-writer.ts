/** Writes lines to stdout: those of one turn of the event loop together, and all of them before the process exits. */
export function lineWriter(): (line: string) => void {
  let pending = ''
  const flush = () => {
    const text = pending
    pending = ''
    if (text !== '') process.stdout.write(text)
  }
  process.on('exit', flush)
  return (line) => {
    if (pending === '') setImmediate(flush)
    pending += `${line}\n`
  }
}
