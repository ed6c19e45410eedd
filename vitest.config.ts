import { configDefaults, defineConfig } from 'vitest/config'

/** Where `.ci/run` wants the machine-readable report; unset for people. */
const report = process.env.TEST_REPORT

/** Tests of these leave nothing behind: their files can share a process. */
const tidy = [
  'action',
  'adapters',
  'config',
  'deploy',
  'diff',
  'docs',
  'finding',
  'host',
  'metrics',
  'plan',
  'prompt',
  'publication',
  'review',
  'server',
  'simulators',
  'surroundings',
  'trigger',
].map((folder) => `test/${folder}/**/*.test.ts`)

export default defineConfig({
  test: {
    setupFiles: ['test/property-seed.ts'],
    // For what never comes: nobody waits for them, however slow the machine.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 30_000 } },
    // Scenarios mostly wait for processes of their own; too many of those at once would wait for each other.
    maxWorkers: 2,
    maxConcurrency: 4,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      { extends: true, test: { name: 'tidy', include: tidy, isolate: false } },
      {
        extends: true,
        test: { name: 'rest', include: ['test/**/*.test.ts'], exclude: [...configDefaults.exclude, ...tidy] },
      },
    ],
  },
})
