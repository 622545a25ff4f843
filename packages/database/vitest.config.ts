import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: './src/testing/global-setup.ts',
    // Real servers start and recover in these tests, while other packages do the same on the same few cores.
    testTimeout: 30_000,
  },
})
