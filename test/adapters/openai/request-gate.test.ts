import { expect, it } from 'vitest'
import { RequestGate } from '../../../src/adapters/openai/request-gate.ts'

const never = new AbortController().signal

/** Enters so many times, and counts how many are in. */
function enterAll(gate: RequestGate, count: number, signal = never) {
  const inside = { count: 0 }
  const entered = Array.from({ length: count }, () => gate.enter(signal).then(() => inside.count++))
  return { inside, entered }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

it('lets everybody in while the server keeps up', async () => {
  const { inside } = enterAll(new RequestGate(), 50)
  await settle()
  expect(inside.count).toBe(50)
})

it('lets half of them in after the server said that they are too many, and one at least', async () => {
  const gate = new RequestGate()
  await Promise.all(enterAll(gate, 4).entered)
  gate.leave('too-many')
  for (let left = 0; left < 3; left++) gate.leave('other')
  const { inside } = enterAll(gate, 6)
  await settle()
  expect(inside.count).toBe(2)
  gate.leave('too-many')
  gate.leave('too-many')
  await settle()
  expect(inside.count).toBe(3)
})

it('lets one more in after two answers for each place that is open', async () => {
  const gate = new RequestGate()
  await gate.enter(never)
  gate.leave('too-many')
  const { inside } = enterAll(gate, 12)
  const answered = async () => {
    gate.leave('accepted')
    await settle()
    return inside.count
  }
  await settle()
  // one place, then two after two answers, then three after four more
  expect([await answered(), await answered(), await answered(), await answered()]).toEqual([2, 4, 5, 6])
  expect([await answered(), await answered()]).toEqual([7, 9])
})

it('is narrowed once by requests that were out together', async () => {
  const gate = new RequestGate()
  await Promise.all(enterAll(gate, 6).entered)
  for (let left = 0; left < 3; left++) gate.leave('too-many')
  for (let left = 0; left < 3; left++) gate.leave('other')
  const { inside } = enterAll(gate, 6)
  await settle()
  expect(inside.count).toBe(3)
})

it('keeps nobody waiting who was told to stop', async () => {
  const gate = new RequestGate()
  await gate.enter(never)
  gate.leave('too-many')
  await gate.enter(never)
  const stop = new AbortController()
  const { inside, entered } = enterAll(gate, 2, stop.signal)
  await settle()
  expect(inside.count).toBe(0)
  stop.abort()
  await Promise.all(entered)
  expect(inside.count).toBe(2)
})
