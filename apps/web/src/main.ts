import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { ConfigError, loadSettings } from '@turnlog/config'
import type { HealthDocument } from '@turnlog/health'
import { startWebServer } from './start-web-server.ts'
import type { WebLog } from './web-log.ts'

/*
 * The web server alone, without the daemon's supervision: `pnpm --filter web start`. It attaches to what runs on the
 * state directory.
 */

const BAD_CONFIG = 78

const log: WebLog = {
  info: (_, message) => console.log(message),
  warn: (_, message) => console.warn(message),
  error: ({ err }: { readonly err?: unknown }, message) => console.error(message, err),
}

async function main(): Promise<void> {
  const root = fileURLToPath(new URL('../../../', import.meta.url))
  const settings = loadSettings({ env: process.env, root, cwd: process.env.INIT_CWD ?? process.cwd() })
  await using server = await startWebServer({ settings, log })
  log.info({}, `turnlog's web server listens on ${server.url}`)
  await warnIfDegraded(server.url)
  await Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => once(process, name)))
}

async function warnIfDegraded(url: string): Promise<void> {
  const { status, reasons } = (await (await fetch(`${url}/health`)).json()) as HealthDocument
  if (status !== 'ok') log.warn({}, `degraded mode: ${reasons.join(' ')}`)
}

try {
  await main()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exitCode = BAD_CONFIG
}
