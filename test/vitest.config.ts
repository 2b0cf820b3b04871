import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/**/*.test.ts'],
    globalSetup: [fileURLToPath(new URL('support/run.ts', import.meta.url))],
    reporters: [fileURLToPath(new URL('support/reporter.ts', import.meta.url))],
    // Tests with processes and a browser wait for what they need; this only ends one that waits in vain.
    // Some files mostly wait: for a lease to end, for a server to start.
    maxWorkers: 3,
    // Files share what they import: loading it took most of the time. No test leaves anything behind in a module.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
