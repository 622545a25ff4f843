import type { Database } from '@turnlog/database'
import type { Kysely } from 'kysely'
import type { Batch } from '../batch/batch.ts'
import { BatchStepError, CursorMovedError, LeaseLostError } from '../batch/batch-step.ts'
import type { Committed } from '../batch/committed.ts'
import { findRefusedFiles } from '../batch/find-refused-files.ts'
import { isolateRows } from '../batch/isolate-rows.ts'
import { DEFAULT_PROBE, ProbeFailedError, type ProbeTemplate, toProbeTemplate } from '../batch/probe-insert.ts'
import { resolveCursorConflict } from '../batch/resolve-cursor-conflict.ts'
import { type Scope, writeBatch } from '../batch/write-batch.ts'
import type { Clock } from '../clock.ts'
import type { WriterReport } from '../report.ts'
import { decideDelay } from './backoff.ts'
import { classifyError, toError } from './classify-error.ts'
import { decideDelivery } from './decide-delivery.ts'

/*
 *             ┌────── transient, retries left: wait ──────┐
 *             ▼                                           │
 *   one transaction for all ───────── fails ──────────────┤
 *             │                                           ├─ the insert of rows, for good ──► isolate rows ──┐
 *             │                                           ├─ a file's cursor, for its content ► find files ──┤
 *             ▼                                           ▼                                                  ▼
 *         committed        fenced               unavailable (an outage)  ◄── a harmless row fails, too ── committed,
 *                                                                                                      files refused
 */

/** How the delivery of a batch ended. */
export type Delivery =
  | { readonly kind: 'committed'; readonly committed: Committed }
  | { readonly kind: 'lease_lost' }
  | { readonly kind: 'cursors_moved'; readonly files: ReadonlySet<string> }
  /** The database refuses the cursors of these files. Nothing was written; the rest of the batch can be. */
  | { readonly kind: 'files_refused'; readonly files: ReadonlyMap<string, Error> }
  | {
      readonly kind: 'unavailable'
      readonly error: Error
      readonly attempts: number
      /** What the database must accept before the batch is tried again. */
      readonly probe: ProbeTemplate
    }

export interface DeliveryOptions {
  readonly db: Kysely<Database>
  readonly scope: Scope
  readonly retry: { readonly attempts: number; readonly delayMs: number }
  readonly clock: Clock
  /** Ends the waits between attempts; the batch is then unavailable. */
  readonly signal: AbortSignal
  readonly report: Pick<WriterReport, 'reached'>
  readonly onRetry: (retry: { readonly attempt: number; readonly delayMs: number; readonly error: Error }) => void
}

/** Writes a batch, with all its retries. Never throws. */
export async function deliverBatch(batch: Batch, options: DeliveryOptions): Promise<Delivery> {
  const { db, scope, retry, clock, signal, report } = options
  for (let attempts = 1; ; attempts += 1) {
    const whole = await attempt(batch, options, attempts, () => writeBatch(db, scope, batch, report))
    if (whole.kind !== 'unavailable' || signal.aborted) return whole
    const { error } = whole
    switch (decideDelivery(whole.step, classifyError(error), attempts > retry.attempts)) {
      case 'outage':
        return whole
      case 'isolate_rows':
        return attempt(batch, options, attempts, () => isolateRows(db, scope, batch, { error, attempts }, report))
      case 'isolate_files':
        return findFiles(batch, options, whole)
      case 'retry': {
        const delayMs = decideDelay(attempts, retry.delayMs, clock.random())
        options.onRetry({ attempt: attempts, delayMs, error })
        await clock.sleep(delayMs, signal)
      }
    }
  }
}

type Attempt = Exclude<Delivery, { kind: 'unavailable' }> | Unavailable
type Unavailable = Extract<Delivery, { kind: 'unavailable' }> & { readonly step: BatchStepError['step'] }

async function attempt(
  batch: Batch,
  { db, scope }: DeliveryOptions,
  attempts: number,
  write: () => Promise<Committed>,
): Promise<Attempt> {
  try {
    return { kind: 'committed', committed: await write() }
  } catch (thrown) {
    if (!(thrown instanceof CursorMovedError)) return toFailure(thrown, batch, attempts)
  }
  try {
    const conflict = await resolveCursorConflict(db, scope.host, batch)
    return conflict.kind === 'committed' ? conflict : { kind: 'cursors_moved', files: conflict.files }
  } catch (thrown) {
    return toFailure(thrown, batch, attempts)
  }
}

async function findFiles(batch: Batch, { db, scope }: DeliveryOptions, whole: Unavailable): Promise<Delivery> {
  try {
    const files = await findRefusedFiles(db, scope, batch)
    // Each file passes alone: so none of them is to blame.
    return files.size === 0 ? whole : { kind: 'files_refused', files }
  } catch (thrown) {
    return toFailure(thrown, batch, whole.attempts)
  }
}

function toFailure(thrown: unknown, batch: Batch, attempts: number): Attempt {
  if (thrown instanceof LeaseLostError) return { kind: 'lease_lost' }
  if (thrown instanceof ProbeFailedError) {
    return { kind: 'unavailable', step: 'probe', error: thrown.cause, attempts, probe: thrown.template }
  }
  const [row] = batch.rows
  const probe = row === undefined ? DEFAULT_PROBE : toProbeTemplate(row)
  return thrown instanceof BatchStepError
    ? { kind: 'unavailable', step: thrown.step, error: thrown.cause, attempts, probe }
    : { kind: 'unavailable', step: 'begin', error: toError(thrown), attempts, probe }
}
