import { defineConfig } from 'vitest/config'

/** The faults at length: a thousand kills, a minute without a database, another seed each time. Takes some ten minutes. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    env: { TURNLOG_SOAK: '1' },
    fileParallelism: false,
    hookTimeout: 60_000,
    testTimeout: 120_000,
  },
})
