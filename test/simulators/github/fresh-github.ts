import { afterEach, beforeEach, expect } from 'vitest'
import { type SimulatedGitHub, startGitHub } from './index.ts'

/** A GitHub of its own for each test of a file, set up by `use`, at which nobody may have sent what GitHub does not know. */
export function useFreshGitHub(use: (github: SimulatedGitHub) => void | Promise<void>): void {
  let github: SimulatedGitHub
  beforeEach(async () => {
    github = await startGitHub()
    await use(github)
  })
  afterEach(async () => {
    expect(github.violations).toEqual([])
    await github.close()
  })
}
