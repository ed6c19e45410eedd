/** What one run shows the others: its ticket, or 0 while it chooses one. */
export type Register = { readonly id: string; readonly ticket: number }

/** Registers that every run can read, each written by one run alone. `View` is what else a read shows. */
export interface Registers<View> {
  readonly id: string
  write(ticket: number): Promise<void>
  /** All registers but ours, without those of dead runs. */
  read(): Promise<{ readonly others: readonly Register[]; readonly view: View }>
  /** Lets time pass between two reads; throws when enough has. */
  wait(ahead: number): Promise<void>
}

/**
 * Lamport's bakery ("A New Solution of Dijkstra's Concurrent Programming Problem", 1974): mutual exclusion with nothing but
 * reads and writes. A run takes a ticket higher than all it sees, and waits for those with a lower one; whoever is just
 * choosing is waited for as well, because its ticket may be lower. Our turn lasts until our register is gone; what comes
 * back is what a read showed when it had begun.
 */
export async function takeTurn<View>(registers: Registers<View>): Promise<View> {
  await registers.write(0)
  const before = await registers.read()
  const ticket = 1 + Math.max(0, ...before.others.map((other) => other.ticket))
  await registers.write(ticket)
  const isAhead = (other: Register) =>
    other.ticket < ticket || (other.ticket === ticket && other.id < registers.id)
  let { others, view } = await registers.read()
  // Whoever is not here yet will see our ticket and take a higher one.
  const rivals = new Set(others.filter(isAhead).map(({ id }) => id))
  for (;;) {
    const ahead = others.filter((other) => rivals.has(other.id) && isAhead(other)).length
    if (ahead === 0) return view
    await registers.wait(ahead)
    ;({ others, view } = await registers.read())
  }
}
