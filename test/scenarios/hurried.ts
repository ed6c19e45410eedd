import { type Fault, faults } from '../simulators/model/index.ts'

/** The same fault from a server that wants to be asked again at once. */
export function hurried(fault: Fault): Fault {
  if (fault.kind !== 'reply') return fault
  return faults.reply({ ...fault.reply, headers: { ...fault.reply.headers, 'retry-after-ms': '1' } })
}
