import type { Database } from '@turnlog/database'
import { type Kysely, sql } from 'kysely'
import { LeaseLostError } from '../batch/batch-step.ts'
import { systemClock } from '../clock.ts'
import type { WriterReport } from '../report.ts'
import { formatHolder, type LeaseHolder, parseHolder } from './lease-holder.ts'
import { type Claimant, type LeaseRow, mayTakeLease, type Observation, observe } from './may-take-lease.ts'

/** A right that only one process has at a time, for as long as no other process takes it. */
export interface Lease {
  readonly name: string
  /** Grows with each owner. Every batch requires it, and changes nothing once it is outdated. */
  readonly epoch: string
  /** Aborted once another owner has the lease, or it was released. Stop, and start over by taking the lease. */
  readonly lost: AbortSignal
  /**
   * Renews the lease now; it is renewed regularly anyway.
   *
   * @throws if the database cannot be written to, or the lease belongs to another owner
   */
  renew(): Promise<void>
  /** Gives the lease up, so that the next owner need not wait. Releasing twice is the same as once. */
  release(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface AcquireLeaseOptions {
  readonly db: Kysely<Database>
  /** E.g. `watcher:<host>`. */
  readonly name: string
  readonly holder: LeaseHolder
  /**
   * Whether this is the first lease since the process started. Then a lease of the same state directory is taken
   * immediately: its owner was an earlier run, because a state directory has one daemon.
   *
   * @default false
   */
  readonly isFirst?: boolean
  /** The epoch that this process held last, if it held the lease before. */
  readonly lastEpoch?: string | null
  /** Ends the wait. */
  readonly signal?: AbortSignal
  /** How often a lease is renewed, in milliseconds. @default 5000 */
  readonly renewMs?: number
  /** A lease that was not renewed for this long can be taken, in milliseconds. @default 15000 */
  readonly expiryMs?: number
  /** How often to look at a lease of another owner (at first more often), in milliseconds. @default 1000 */
  readonly pollMs?: number
  /** Called once, if another owner has the lease. */
  readonly onWaiting?: (owner: LeaseHolder) => void
  readonly report?: Pick<WriterReport, 'reached'>
}

const FIRST_DELAY_MS = 5
/** A release does not wait longer than this for a database that does not answer. */
const MAX_RELEASE_MS = 250

/**
 * Waits until no other owner has the lease, and takes it with a new epoch. Taking it waits for the batches of the old
 * owner that are in flight; its later batches change nothing. Read the cursors after this, never before.
 *
 * @throws if the database cannot be reached, or the signal's reason when it is aborted
 */
export async function acquireLease(options: AcquireLeaseOptions): Promise<Lease> {
  const { db, name, signal, pollMs = 1_000 } = options
  let observation: Observation | null = null
  let isReported = false
  for (let delayMs = FIRST_DELAY_MS; ; delayMs *= 2) {
    signal?.throwIfAborted()
    const row = await readLease(db, name)
    if (row === undefined) {
      await createLease(db, name)
      continue
    }
    observation = observe(observation, row, performance.now())
    const epoch = mayTake(row, observation, options) ? await takeLease(options, row) : null
    if (epoch !== null) return hold(options, epoch)
    if (!isReported) options.onWaiting?.(parseHolder(row.holder))
    isReported = true
    await systemClock.sleep(Math.min(delayMs, pollMs), signal)
  }
}

function mayTake(row: LeaseRow, observation: Observation, options: AcquireLeaseOptions): boolean {
  const { holder, isFirst = false, lastEpoch = null, expiryMs = 15_000 } = options
  const claimant: Claimant = { holder, isFirst, lastEpoch }
  return mayTakeLease(row, observation, claimant, { now: performance.now(), expiryMs })
}

function readLease(db: Kysely<Database>, name: string): Promise<LeaseRow | undefined> {
  return selectLease(db, name).executeTakeFirst()
}

function selectLease(db: Kysely<Database>, name: string) {
  return db.selectFrom('leases').select(['epoch', 'holder', 'renewed_at', 'released_at']).where('name', '=', name)
}

/** A new lease: without an owner, so it can be taken. */
async function createLease(db: Kysely<Database>, name: string): Promise<void> {
  await db
    .insertInto('leases')
    .values({ name, epoch: 0, holder: '', released_at: serverTime })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
}

/** @returns the new epoch, or null if the row has changed since it was read */
function takeLease({ db, name, holder, report }: AcquireLeaseOptions, seen: LeaseRow): Promise<string | null> {
  return db
    .transaction()
    .execute(async (trx) => {
      // Waits for batches in flight, which hold the row `for key share`.
      const row = await selectLease(trx, name).forUpdate().executeTakeFirst()
      if (row?.epoch !== seen.epoch || row.renewed_at.getTime() !== seen.renewed_at.getTime()) return null
      const epoch = String(BigInt(row.epoch) + 1n)
      await trx
        .updateTable('leases')
        .set({ epoch, holder: formatHolder(holder), renewed_at: serverTime, released_at: null })
        .where('name', '=', name)
        .execute()
      return epoch
    })
    .then((epoch) => {
      if (epoch !== null) report?.reached?.('lease_taken')
      return epoch
    })
}

const serverTime = sql<Date>`clock_timestamp()`

function hold({ db, name, renewMs = 5_000 }: AcquireLeaseOptions, epoch: string): Lease {
  const lost = new AbortController()
  const update = (values: { readonly renewed_at: typeof serverTime; readonly released_at?: typeof serverTime }) =>
    db
      .updateTable('leases')
      .set(values)
      .where('name', '=', name)
      .where('epoch', '=', epoch)
      .returning('epoch')
      .executeTakeFirst()
  const lose = (reason: Error): void => {
    clearInterval(timer)
    lost.abort(reason)
  }
  const renewNow = async (): Promise<void> => {
    if ((await update({ renewed_at: serverTime })) !== undefined) return
    const error = new LeaseLostError(name)
    lose(error)
    throw error
  }
  // One at a time, so that a database that does not answer does not get all connections of the pool.
  let renewing: Promise<void> | null = null
  const renew = (): Promise<void> => {
    renewing ??= renewNow().finally(() => {
      renewing = null
    })
    return renewing
  }
  // A failed renewal is repeated. Until then every batch is fenced by the epoch, so nothing can go wrong.
  const timer = setInterval(() => renew().catch(() => {}), renewMs)
  let releasing: Promise<void> | undefined
  const releaseNow = async (): Promise<void> => {
    clearInterval(timer)
    // Without a database the next owner has to wait, or has the same state directory.
    const released = update({ renewed_at: serverTime, released_at: serverTime }).catch(() => {})
    await Promise.race([released, systemClock.sleep(MAX_RELEASE_MS)])
    lose(new Error(`The lease ${name} was released`))
  }
  const release = (): Promise<void> => {
    releasing ??= releaseNow()
    return releasing
  }
  return { name, epoch, lost: lost.signal, renew, release, [Symbol.asyncDispose]: release }
}
