import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAdaptorServer } from '@hono/node-server'
import type { Settings } from '@turnlog/config'
import manifest from '../package.json' with { type: 'json' }
import { CLIENT_DIRECTORY } from './client-directory.ts'
import { createApp } from './create-app.ts'
import { LogDatabase } from './database/log-database.ts'
import { HealthSource } from './health/health-source.ts'
import { EventTail } from './stream/event-tail.ts'
import { LogWaker } from './stream/log-waker.ts'
import type { WebLog } from './web-log.ts'

export interface ServeOptions {
  readonly settings: Pick<Settings, 'server' | 'database' | 'stateDir' | 'fileWatcher'>
  readonly log: WebLog
  /** Closes the server. */
  readonly signal?: AbortSignal
  /** @default `dist/client` of this package */
  readonly clientDirectory?: string
  /**
   * How often a silent stream shows that it is alive, in milliseconds.
   *
   * @default 15000
   */
  readonly heartbeatMs?: number
  /**
   * How long at most until a new event is seen whose notification was lost, in milliseconds.
   *
   * @default 2000
   */
  readonly pollMs?: number
}

export interface WebServer extends AsyncDisposable {
  /** Where to point a browser. */
  readonly url: string
  readonly port: number
  /** Ends all streams, answers what was asked, and closes the database. Takes less than a second. */
  close(): Promise<void>
}

/** What is under way when the server is closed may take this long, in milliseconds. */
const GRACE_MS = 500
const SWEEP_MS = 10

/**
 * Serves health, API, stream and page. Needs neither daemon nor database to start: it says what is missing, and goes on
 * when it comes.
 *
 * @throws the error of `listen`, such as EADDRINUSE
 */
export async function startWebServer(options: ServeOptions): Promise<WebServer> {
  const { settings, log, signal, clientDirectory = CLIENT_DIRECTORY, heartbeatMs = 15_000, pollMs = 2_000 } = options
  const { host } = settings.server
  const { url, poolSize } = settings.database
  const stop = new AbortController()
  const stopping = stop.signal
  const database = new LogDatabase({ url, poolSize, stateDir: settings.stateDir })
  let port = settings.server.port
  const waker = new LogWaker({ database, log, signal: stopping, pollMs })
  const app = createApp({
    log,
    version: manifest.version,
    place: () => ({ host, port }),
    database,
    health: new HealthSource(settings.stateDir, database),
    stream: { database, tail: new EventTail(database), waker, heartbeatMs, log },
    inactivityTimeoutMs: settings.fileWatcher.inactivityTimeoutSeconds * 1000,
    clientDirectory,
    stopping,
  })
  // `node:http` takes care of slow headers; a client that vanished is found by the system's keep-alive.
  const serverOptions = { keepAlive: true, keepAliveInitialDelay: 30_000 }
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions, overrideGlobalObjects: false }) as Server
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    closing ??= closeAll(server, stop, database)
    return closing
  }
  try {
    port = await listen(server, host, port)
  } catch (error) {
    await close()
    throw error
  }
  signal?.addEventListener('abort', () => void close(), { once: true })
  if (signal?.aborted) await close()
  return { url: `http://${toUrlHost(host)}:${port}`, port, close, [Symbol.asyncDispose]: close }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.once('error', reject)
  server.listen(port, host, () => {
    server.off('error', reject)
    resolve((server.address() as AddressInfo).port)
  })
  return promise
}

async function closeAll(server: Server, stop: AbortController, database: LogDatabase): Promise<void> {
  stop.abort()
  const closed = new Promise<void>((done) => server.close(() => done()))
  // A connection whose answer is complete stays open for the next request, which will not come.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
  await Promise.race([closed, sleep(GRACE_MS)])
  clearInterval(sweep)
  server.closeAllConnections()
  await database.close()
}

function toUrlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
