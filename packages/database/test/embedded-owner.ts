// Starts a server on the state directory given, prints what is reported as lines of JSON, and stays until it is killed
// or its test is gone.
import type { EmbeddedPostgresReport } from '../src/embedded/report.ts'
import { startEmbeddedPostgres } from '../src/embedded/start-embedded-postgres.ts'
import { exitWithParent } from '../src/testing/exit-with-parent.ts'
import { THROWAWAY_SETTINGS } from '../src/testing/throwaway-settings.ts'

const tell = (name: string, facts: unknown): void => console.log(JSON.stringify({ name, facts }))
const report = new Proxy({} as EmbeddedPostgresReport, {
  get: (_, name) => (facts: unknown) => tell(String(name), facts),
})
const server = await startEmbeddedPostgres({ stateDir: process.argv[2] ?? '', report, settings: THROWAWAY_SETTINGS })
exitWithParent(() => server.stop('immediate'))
tell('running', { pid: server.pid, url: server.url })
setInterval(() => {}, 60_000)
