import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { inputs } from '../../src/config/inputs.ts'
import { variableNames } from '../../src/server/settings.ts'

const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
const lines = [...example.matchAll(/^(?:# )?([A-Z_]+)=(.*)$/gm)]

it('.env.example has every variable that the server reads, once, and no other', () => {
  expect(lines.map(([, name]) => name).toSorted()).toEqual([...variableNames].toSorted())
})

it('.env.example shows the defaults that the code applies', () => {
  for (const input of inputs) {
    const name = `PATCHPILOT_${input.name.toUpperCase().replaceAll('-', '_')}`
    const line = lines.find(([, shown]) => shown === name)
    if (line !== undefined) expect(line[2], name).toBe(input.default ?? '')
  }
})
