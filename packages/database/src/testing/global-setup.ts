import type { TestProject } from 'vitest/node'
import { startTestServer } from './test-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser URL of the server of this test run. */
    turnlogTestServer: string
  }
}

/**
 * One throw-away PostgreSQL server for a whole vitest run, for `freshDatabase()`:
 * ```ts
 * export default defineConfig({ test: { globalSetup: '@turnlog/database/testing/global-setup' } })
 * ```
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer()
  project.provide('turnlogTestServer', server.url)
  return server.close
}
