import type { EmbeddedPostgresReport, StopMode } from './report.ts'
import type { IdentifyServer } from './server-identity.ts'

export interface EmbeddedPostgresOptions {
  /** The server's files go to `postgres/` in this directory, which is made if it does not exist. */
  readonly stateDir: string
  readonly report?: Partial<EmbeddedPostgresReport>
  /** Ends a start that is under way; what it had started is stopped again. */
  readonly signal?: AbortSignal
  /** Server settings (`postgresql.conf` names) over the defaults of this package. */
  readonly settings?: Readonly<Record<string, string>>
  /**
   * How long `stop()` waits for its own mode, in milliseconds, before it goes over to `immediate`.
   *
   * @default 5000
   */
  readonly stopTimeoutMs?: number
  /**
   * How long an `immediate` stop may take, in milliseconds, before the server is sent SIGKILL. Nothing committed is lost
   * by that: the next start recovers it.
   *
   * @default 6000
   */
  readonly immediateTimeoutMs?: number
  /**
   * Where the server lives when the process runs as root and the server's account cannot enter the state directory.
   *
   * @default /var/lib/turnlog/embedded
   */
  readonly fallbackDir?: string
  /**
   * Prepares a server and asks it who it is. For a caller that has to stay small and lets another process do it, because
   * the Postgres driver is larger than everything else here.
   *
   * @default does it in this process
   */
  readonly identify?: IdentifyServer
}

/** A running PostgreSQL server on a state directory. */
export interface EmbeddedPostgres {
  /**
   * Of the database `turnlog`, for its owner, who is no superuser. It leads to a Unix socket in a folder that only the
   * server's account and root can enter, and holds no password.
   */
  readonly url: string
  /** The same for the superuser, e.g. to make further databases. */
  readonly superuserUrl: string
  /** On 127.0.0.1, for readers with a password; also a part of the socket's name. */
  readonly port: number
  readonly pid: number
  /** It was already running, left behind by an owner that died. */
  readonly adopted: boolean
  /** Of the server, as in `18.4`. */
  readonly version: string
  /** Resolves when the server is gone, for whatever reason. Never rejects. Keeps no process alive by itself. */
  readonly exited: Promise<EmbeddedPostgresExit>
  /**
   * Stops the server and resolves when it is gone: `mode` (default `fast`) first, after `stopTimeoutMs` `immediate`,
   * and SIGKILL for one that does not even hear that. Stopping twice is the same as once; a second call with a
   * stronger mode hurries the first.
   */
  stop(mode?: StopMode): Promise<void>
}

/** Exit code or signal of the server; both null for an adopted one, whose exit only its own parent can see. */
export interface EmbeddedPostgresExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}
