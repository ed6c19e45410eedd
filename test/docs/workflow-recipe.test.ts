import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const Workflow = v.object({
  on: v.object({ issue_comment: v.object({ types: v.array(v.string()) }) }),
  concurrency: v.object({ group: v.string(), 'cancel-in-progress': v.boolean() }),
})

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const recipe = /```yaml\n(name: PatchPilot\n.*?)```/s.exec(readme)?.[1] ?? ''
const { on, concurrency } = v.parse(Workflow, parse(recipe))

/** `${{ a.b || c }}` as GitHub has it: the first that is there. */
function groupOf(context: object): string {
  return concurrency.group.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => {
    const values = expression.split('||').map((path) => lookUp(context, path.trim().split('.')))
    return String(values.find(Boolean) ?? '')
  })
}

function lookUp(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value
  return typeof value === 'object' && value !== null ? lookUp(Reflect.get(value, name), rest) : undefined
}

const pushed = (number: number) => groupOf({ github: { event: { pull_request: { number } } } })
const dispatched = (number: string) => groupOf({ github: { event: {} }, inputs: { 'pull-request': number } })
const commented = (number: number, nodeId: string) =>
  groupOf({ github: { event: { issue: { number }, comment: { id: number, node_id: nodeId } } } })

describe('the workflow of the README', () => {
  it('ends a review when a newer push comes, or when somebody starts one by hand', () => {
    expect(concurrency['cancel-in-progress']).toBe(true)
    expect(pushed(7)).toBe(pushed(7))
    expect(dispatched('7')).toBe(pushed(7))
    expect(pushed(8)).not.toBe(pushed(7))
  })

  it('neither ends nor delays one because of a comment', () => {
    const groups = [pushed(7), commented(7, 'IC_kwDOAA'), commented(7, 'IC_kwDOAB')]
    expect(new Set(groups).size).toBe(groups.length)
  })

  it('hears new comments only', () => {
    expect(on.issue_comment.types).toEqual(['created'])
  })
})
