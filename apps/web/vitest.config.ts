import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { globalSetup: '@turnlog/database/testing/global-setup', testTimeout: 20_000 } })
