import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StoredSession } from '@turnlog/database'
import type { ApiEvent } from '../../src/api/to-api-event.ts'
import { startWebServer, type WebLog, type WebServer } from '../../src/index.ts'
import type { ServeOptions } from '../../src/start-web-server.ts'

/** A server under test, on any free port, and what it said. */
export interface Web extends AsyncDisposable {
  readonly server: WebServer
  readonly stateDir: string
  readonly said: readonly string[]
  /** The answer's status and JSON. */
  get(path: string, init?: RequestInit): Promise<{ readonly status: number; readonly body: Body }>
  fetch(path: string, init?: RequestInit): Promise<Response>
}

/** Whatever an answer may hold; each test looks at what it asked for. */
export interface Body {
  readonly events: readonly ApiEvent[]
  readonly turns: readonly ApiEvent[]
  readonly sessions: readonly StoredSession[]
  readonly more: boolean
  readonly older: string | null
  readonly newer: string
  readonly earlier: string | null
  readonly later: string | null
  readonly next: string | null
  readonly status: string
  readonly reasons: readonly string[]
  readonly error: { readonly name: string; readonly message: string; readonly next_step: string }
}

export interface WebOptions extends Partial<Omit<ServeOptions, 'settings'>> {
  readonly databaseUrl: string
  readonly stateDir?: string
  readonly host?: string
  readonly port?: number
}

export async function startWeb({ databaseUrl, host = '127.0.0.1', port = 0, ...options }: WebOptions): Promise<Web> {
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), 'turnlog-web-'))
  const said: string[] = []
  const log = recordLog(said)
  const settings = {
    server: { host, port },
    database: { url: databaseUrl, poolSize: 4 },
    stateDir,
    fileWatcher: {
      pollingIntervalSeconds: 2,
      reconcileIntervalSeconds: 60,
      inactivityTimeoutSeconds: 5400,
      maxLineBytes: 1_000_000,
    },
  }
  const removeStateDir = (): void => rmSync(stateDir, { recursive: true, force: true })
  const starting = startWebServer({ log, clientDirectory: join(stateDir, 'client'), ...options, settings })
  starting.catch(removeStateDir)
  const server = await starting
  const fetchPath = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init)
  return {
    server,
    stateDir,
    said,
    fetch: fetchPath,
    get: async (path, init) => {
      const response = await fetchPath(path, init)
      return { status: response.status, body: (await response.json()) as Body }
    },
    [Symbol.asyncDispose]: async () => {
      await server.close()
      removeStateDir()
    },
  }
}

function recordLog(said: string[]): WebLog {
  const record = (_: object, message: string): void => void said.push(message)
  return { info: record, warn: record, error: record }
}
