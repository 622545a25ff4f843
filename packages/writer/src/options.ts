import { hostname } from 'node:os'
import type { Database } from '@turnlog/database'
import type { Kysely } from 'kysely'
import { type Clock, systemClock } from './clock.ts'
import type { Lease } from './lease/acquire-lease.ts'
import { consoleReport, type WriterReport } from './report.ts'

export interface RetryOptions {
  /**
   * Number of attempts after the first one. An event of a batch that fails as a whole gets one more, alone.
   *
   * @default 3
   */
  readonly attempts?: number
  /**
   * Wait before the first retry, in milliseconds. Each further wait is twice as long, plus up to a half at random, so
   * that several writers do not retry at the same time.
   *
   * @default 100
   */
  readonly delayMs?: number
}

export interface SpoolOptions {
  /** Folder in which events wait on disk. Created if it is missing; no other writer may use it. */
  readonly directory: string
  /**
   * Maximum number of bytes there. When it is full, `writeEvent` waits.
   *
   * @default 256 MiB
   */
  readonly maxBytes?: number
}

export interface EventWriterOptions {
  readonly db: Kysely<Database>
  /**
   * The machine that the events come from.
   *
   * @default the machine's host name
   */
  readonly host?: string
  readonly retry?: RetryOptions
  /**
   * Where events without a file wait during an outage. Without a spool, the result of such an event is `failed`,
   * `keptIn: 'nowhere'`, and the caller has to keep it.
   */
  readonly spool?: SpoolOptions
  /**
   * Number of batches in flight at the same time, each on a connection of its own. The segments of one file stay in order.
   *
   * @default 2
   */
  readonly lanes?: number
  /** The right to move the host's cursors. Without it, segments are still checked against the cursors. */
  readonly lease?: Lease
  /**
   * How long `close()` continues to write what is pending, in milliseconds.
   *
   * @default 1500
   */
  readonly closeTimeoutMs?: number
  readonly clock?: Clock
  /** What to do with what happens. Members that are left out write to the console. */
  readonly report?: Partial<WriterReport>
}

export interface ResolvedOptions {
  readonly db: Kysely<Database>
  readonly host: string
  readonly retry: Required<RetryOptions>
  readonly spool: Required<SpoolOptions> | null
  readonly lanes: number
  readonly lease: Lease | null
  readonly closeTimeoutMs: number
  readonly clock: Clock
  readonly report: WriterReport
}

/** @throws {TypeError} if a number is negative or not a whole number */
export function resolveOptions(options: EventWriterOptions): ResolvedOptions {
  const { attempts = 3, delayMs = 100 } = options.retry ?? {}
  return {
    db: options.db,
    host: options.host ?? hostname(),
    retry: { attempts: wholeNumber('retry.attempts', attempts), delayMs: wholeNumber('retry.delayMs', delayMs) },
    spool: options.spool === undefined ? null : { maxBytes: 256 * 1024 * 1024, ...options.spool },
    lanes: Math.max(1, wholeNumber('lanes', options.lanes ?? 2)),
    lease: options.lease ?? null,
    closeTimeoutMs: wholeNumber('closeTimeoutMs', options.closeTimeoutMs ?? 1_500),
    clock: options.clock ?? systemClock,
    report: { ...consoleReport, ...options.report },
  }
}

function wholeNumber(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0) {
    throw new TypeError(`Expected \`${name}\` to be a whole number from 0 up, got \`${value}\``)
  }
  return value
}
