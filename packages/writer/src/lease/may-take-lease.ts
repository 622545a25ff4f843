import { type LeaseHolder, parseHolder } from './lease-holder.ts'

/** The lease as its row says. */
export interface LeaseRow {
  readonly epoch: string
  readonly holder: string
  readonly renewed_at: Date
  readonly released_at: Date | null
}

/** How long the row has been unchanged: since when, on the observer's own monotonic clock, in milliseconds. */
export interface Observation {
  readonly epoch: string
  readonly renewedAt: number
  readonly since: number
}

/** Updates an observation with the current row. */
export function observe(before: Observation | null, row: LeaseRow, now: number): Observation {
  const renewedAt = row.renewed_at.getTime()
  return before?.epoch === row.epoch && before.renewedAt === renewedAt
    ? before
    : { epoch: row.epoch, renewedAt, since: now }
}

export interface Claimant {
  readonly holder: LeaseHolder
  /** Whether this is the first lease of the process: then its predecessor in the same state directory is gone. */
  readonly isFirst: boolean
  /** The epoch that this process held last: if it is still the current one, no other process took the lease. */
  readonly lastEpoch: string | null
}

/**
 * Whether a process may take a lease: immediately if it was released, is still its own, or belongs to the predecessor in
 * the same state directory; otherwise when it was not renewed for `expiryMs` of the process's own monotonic clock.
 */
export function mayTakeLease(
  row: LeaseRow,
  { since }: Observation,
  { holder, isFirst, lastEpoch }: Claimant,
  { now, expiryMs }: { readonly now: number; readonly expiryMs: number },
): boolean {
  if (row.released_at !== null || row.epoch === lastEpoch) return true
  if (isFirst && parseHolder(row.holder).stateDirectoryId === holder.stateDirectoryId) return true
  return now - since >= expiryMs
}
