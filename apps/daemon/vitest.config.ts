import { defineConfig } from 'vitest/config'

// One file after the other: the tests measure how long real processes take, and would measure each other.
export default defineConfig({ test: { fileParallelism: false, testTimeout: 20_000, hookTimeout: 60_000 } })
