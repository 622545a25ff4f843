import { defineConfig } from 'vitest/config'

// One file after the other: some tests hold the shutdown to its 2 s, for which other files would take the processors.
export default defineConfig({ test: { fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 } })
