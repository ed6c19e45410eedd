import { describe, expect, it } from 'vitest'
import { cpuClock } from '../cpu-clock.ts'
import { findJsonObject } from '../../src/prompt/extract-json.ts'

const find = (content: string) => findJsonObject(content, (object) => Array.isArray(object.findings))
const answer = { summary: 'It says "}" and {', findings: [{ title: 'a } in a string' }] }
const json = JSON.stringify(answer)

describe('the answer is found', () => {
  it.each([
    ['alone', json],
    ['spread over lines', JSON.stringify(answer, null, 2)],
    ['after a byte order mark', `\uFEFF${json}`],
    ['in a fence', `\`\`\`json\n${json}\n\`\`\``],
    ['in prose', `Here you go {as asked}: ${json}. Anything else?`],
    ['after thoughts', `<think>{"findings": []}</think>${json}`],
    ['after thoughts of another spelling', `<Thinking>\n{"findings": []}\n</Thinking>\n${json}`],
    ['after thoughts whose opening tag was lost', `{"findings": []}\n</think>\n${json}`],
    ['after a draft', `{"findings": []}\nNo, rather:\n${json}`],
    ['after an object that is none', `{"a": {"b": 1}} ${json}`],
    ['after braces of code', `${'function f() { g({ a }) }\n'.repeat(500)}${json}`],
    ['after an object that never ends', `{"summary": ${json}`],
    ['inside another object', JSON.stringify({ review: answer })],
    ['inside a list', JSON.stringify([answer])],
  ])('%s', (_, content) => {
    expect(find(content)).toEqual(answer)
  })
})

describe('no answer is made up', () => {
  it.each([
    ['nothing', ''],
    ['prose', 'All is well.'],
    ['a list', '[1, 2]'],
    ['null', 'null'],
    ['another object', '{"comments": []}'],
    ['findings that are no list', '{"findings": {"title": "x"}}'],
    ['an answer that was cut', json.slice(0, -12)],
    ['one that is only thought of', '<think>{"findings": []}</think> I am done.'],
    ['one inside a string', JSON.stringify({ body: '{"findings": []}' })],
  ])('of %s', (_, content) => {
    expect(find(content)?.findings ?? null).not.toBeInstanceOf(Array)
  })
})

it('endless braces are given up in time', () => {
  const spentMs = cpuClock()
  expect(find('{"a":'.repeat(20_000))).toBeNull()
  expect(spentMs()).toBeLessThan(2_000)
})
