import { hostname } from 'node:os'
import type { Database } from '@turnlog/database'
import type { Kysely } from 'kysely'
import { type Clock, systemClock } from './clock.ts'
import type { Lease } from './lease.ts'
import { consoleReport, type WriterReport } from './report.ts'

export interface RetryOptions {
  /**
   * How often a write that failed is tried again after the first try.
   *
   * @default 3
   */
  readonly attempts?: number
  /**
   * How long to wait before the first retry, in milliseconds. Each further wait is twice as long, plus up to a half
   * at random, so that several writers do not come back in step.
   *
   * @default 100
   */
  readonly delayMs?: number
}

export interface SpoolOptions {
  /** Where events wait on disk. Made if missing; for this writer alone. */
  readonly directory: string
  /**
   * Most bytes that may wait there. Beyond, `writeEvent` waits.
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
   * Where events without a file wait while the database is away. Without a spool, such an event is answered with
   * `failed`, `keptIn: 'nowhere'`, and is the caller's again.
   */
  readonly spool?: SpoolOptions
  /**
   * How many connections write segments at once. The segments of one file always go through the same one, in order.
   *
   * @default 2
   */
  readonly lanes?: number
  /** The right to move the host's cursors. Without one, segments are still checked against the cursors. */
  readonly lease?: Lease
  /**
   * How long `close()` goes on writing what is pending, in milliseconds.
   *
   * @default 1500
   */
  readonly closeTimeoutMs?: number
  readonly clock?: Clock
  /** Functions of its own, as a plain object has them. What is left out goes to the console. */
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

/** @throws {TypeError} on numbers that make no sense */
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
