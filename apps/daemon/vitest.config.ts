import { defineConfig } from 'vitest/config'

/** Tests that hold a shutdown to its 2 s. They run alone, because other files would take the processors. */
const SHUTDOWN = [
  'degraded',
  'faults/stop-under-load',
  'frozen-database',
  'large-files',
  'lost-output',
  'shutdown',
  'start',
  'surroundings',
  'watcher-signal',
].map((name) => `test/${name}.test.ts`)

const patience = { testTimeout: 120_000, hookTimeout: 120_000 }

export default defineConfig({
  test: {
    projects: [
      {
        test: { ...patience, name: 'shutdown', include: SHUTDOWN, fileParallelism: false, sequence: { groupOrder: 0 } },
      },
      {
        test: {
          ...patience,
          name: 'daemon',
          include: ['test/**/*.test.ts'],
          exclude: SHUTDOWN,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
