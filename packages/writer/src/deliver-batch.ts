import type { Database } from '@turnlog/database'
import { type Kysely, sql } from 'kysely'
import { decideDelay } from './backoff.ts'
import type { Batch } from './batch/batch.ts'
import type { Committed } from './batch/committed.ts'
import { isolateBatch } from './batch/isolate-batch.ts'
import { judgeMovedCursors } from './batch/judge-moved-cursors.ts'
import type { PlanEra } from './batch/plan-era.ts'
import { Suspects } from './batch/suspects.ts'
import { type Scope, writeBatch } from './batch/write-batch.ts'
import { classifyError, type Fault, toError } from './classify-error.ts'
import type { Clock } from './clock.ts'

/*
 *           ┌─────── transient, retries left: wait ───────┐
 *           ▼                                             │
 *   write in one statement ──────────── fails ────────────┤
 *           │                                             │ a row's own fault, or
 *           │                                             │ retries exhausted while the database is well
 *           │      write around the rows that are ◄───────┘
 *           │      refused, in a transaction ───── fails ──► (as above)
 *           ▼                ▼
 *        committed        committed            otherwise: fenced, or unavailable
 */

/** How the delivery of a batch ended. */
export type Delivery =
  | { readonly kind: 'committed'; readonly committed: Committed }
  | { readonly kind: 'fenced'; readonly lost: 'lease' }
  | { readonly kind: 'fenced'; readonly lost: 'cursor'; readonly files: ReadonlySet<string> }
  | {
      readonly kind: 'unavailable'
      readonly error: Error
      readonly attempts: number
      readonly cause: 'database' | 'configuration'
    }

export interface DeliveryOptions {
  readonly db: Kysely<Database>
  readonly scope: Scope
  readonly era: PlanEra
  readonly retry: { readonly attempts: number; readonly delayMs: number }
  readonly clock: Clock
  /** Ends the waiting between attempts; what was being tried is then unavailable. */
  readonly signal: AbortSignal
  readonly onRetry: (retry: { readonly attempt: number; readonly delayMs: number; readonly error: Error }) => void
}

/** Writes a batch with all the patience that was asked for. Never throws. */
export async function deliverBatch(batch: Batch, options: DeliveryOptions): Promise<Delivery> {
  const { db, retry, clock, signal } = options
  let suspects: Suspects | null = null
  for (let attempt = 1; ; attempt += 1) {
    const known: number = suspects?.losses ?? -1
    const outcome = await tryOnce(batch, suspects, options)
    if (!('fault' in outcome)) return outcome
    const { fault, error } = outcome
    const exhausted = attempt > retry.attempts
    // A failure that accuses no row says that no row is to blame.
    const hopeless: boolean = exhausted && suspects !== null && suspects.losses === known
    const next = hopeless ? 'give_up' : decideNext(fault, { isolating: suspects !== null, exhausted })
    if (signal.aborted) return { kind: 'unavailable', error, attempts: attempt, cause: 'database' }
    if (next === 'give_up') {
      const cause = fault === 'configuration' || fault === 'row' ? 'configuration' : 'database'
      return { kind: 'unavailable', error, attempts: attempt, cause }
    }
    if (next === 'isolate' || next === 'isolate_if_well') {
      if (next === 'isolate_if_well' && !(await isDatabaseWell(db))) {
        return { kind: 'unavailable', error, attempts: attempt, cause: 'database' }
      }
      suspects ??= new Suspects(retry.attempts + 1)
    }
    if (next === 'isolate') continue
    const delayMs = decideDelay(Math.min(attempt, retry.attempts + 1), retry.delayMs, clock.random())
    options.onRetry({ attempt, delayMs, error })
    await clock.sleep(delayMs, signal)
  }
}

type Next = 'retry' | 'isolate' | 'isolate_if_well' | 'give_up'

/** What to do after a fault, as a table that can be read. */
export function decideNext(fault: Fault, now: { readonly isolating: boolean; readonly exhausted: boolean }): Next {
  switch (fault) {
    case 'row':
      // Isolated rows are refused one by one; what is at fault then is no event, and somebody has to look at it.
      return now.isolating ? 'give_up' : 'isolate'
    case 'statement':
    case 'connection':
      return now.exhausted ? 'isolate_if_well' : 'retry'
    case 'server':
      return now.exhausted ? 'give_up' : 'retry'
    case 'configuration':
    case 'lease_lost':
    case 'cursor_moved':
      return 'give_up'
    default:
      return fault satisfies never
  }
}

type Attempt = Delivery | { readonly fault: Fault; readonly error: Error }

async function tryOnce(batch: Batch, suspects: Suspects | null, { db, scope, era }: DeliveryOptions): Promise<Attempt> {
  try {
    const committed =
      suspects === null ? await writeBatch(db, scope, batch, era) : await isolateBatch(db, scope, batch, suspects)
    return { kind: 'committed', committed }
  } catch (error) {
    const fault = classifyError(error)
    if (fault === 'lease_lost') return { kind: 'fenced', lost: 'lease' }
    if (fault === 'cursor_moved') return judge(batch, db, scope)
    return { fault, error: toError(error) }
  }
}

async function judge(batch: Batch, db: Kysely<Database>, scope: Scope): Promise<Attempt> {
  try {
    const verdict = await judgeMovedCursors(db, scope, batch)
    if (verdict.kind === 'committed') return verdict
    return { kind: 'fenced', lost: 'cursor', files: verdict.files }
  } catch (error) {
    return { fault: classifyError(error), error: toError(error) }
  }
}

/** Asks the database whether it is there at all. */
export async function isDatabaseWell(db: Kysely<Database>): Promise<boolean> {
  try {
    await sql`select 1`.execute(db)
    return true
  } catch {
    return false
  }
}
