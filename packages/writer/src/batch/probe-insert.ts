import { randomBytes, randomUUID } from 'node:crypto'
import type { Database } from '@turnlog/database'
import type { Kysely } from 'kysely'
import type { EventRow } from '../intake/event-row.ts'
import { causeOf } from './batch-step.ts'
import { type BatchTransaction, checkConstraintsImmediately, inUndoneTransaction, undone } from './batch-transaction.ts'
import type { CursorStep } from './cursor-step.ts'
import { insertEvents } from './insert-events.ts'
import { moveCursors } from './move-cursors.ts'
import { requireLease } from './require-lease.ts'

/** What a probe inserts instead of a row: an event of the same type and size, with harmless text. */
export interface ProbeTemplate {
  readonly type: string
  /** In characters of JSON. */
  readonly size: number
}

/** A larger probe would itself be refused for its size. */
const MAX_PROBE_SIZE = 64 * 1024 * 1024

/** For outages that no row has to do with. */
export const DEFAULT_PROBE: ProbeTemplate = { type: 'turn_detected', size: 1_000 }

export function toProbeTemplate({ type, json }: EventRow): ProbeTemplate {
  return { type, size: Math.min(json.length, MAX_PROBE_SIZE) }
}

/** The database does not take a harmless row either, so no row is to blame. */
export class ProbeFailedError extends Error {
  override readonly cause: Error
  readonly template: ProbeTemplate
  constructor(template: ProbeTemplate, cause: Error) {
    super(cause.message, { cause })
    this.name = 'ProbeFailedError'
    this.cause = cause
    this.template = template
  }
}

/** Inserts a harmless event and undoes it, in the middle of a batch. */
export function probeInsert(trx: BatchTransaction, host: string, template: ProbeTemplate): Promise<void> {
  return probe(trx, template, (inner) => insertEvents(inner, host, [toHarmlessRow(template)]))
}

/** Creates the cursor of a file that does not exist and undoes it, in the middle of a batch. */
export function probeCursor(trx: BatchTransaction, host: string, step: CursorStep): Promise<void> {
  const harmless = { ...step, device: 'probe', inode: randomUUID(), path: 'probe', state: {}, from_offset: 0 }
  return probe(trx, DEFAULT_PROBE, (inner) =>
    moveCursors(inner, host, [{ ...harmless, skipped_bytes: {}, unknown_types: {} }]),
  )
}

/** Inserts a harmless event in a transaction of its own and rolls it back. Throws what the database says. */
export function probeDatabase(db: Kysely<Database>, host: string, template: ProbeTemplate): Promise<void> {
  return inUndoneTransaction(db, async (trx) => {
    await requireLease(trx, null)
    await checkConstraintsImmediately(trx)
    await insertEvents(trx, host, [toHarmlessRow(template)])
  })
}

async function probe(
  trx: BatchTransaction,
  template: ProbeTemplate,
  work: (trx: Kysely<Database>) => Promise<unknown>,
): Promise<void> {
  try {
    await undone(trx, work)
  } catch (error) {
    throw new ProbeFailedError(template, causeOf(error))
  }
}

function toHarmlessRow({ type, size }: ProbeTemplate): EventRow {
  const key = randomUUID()
  // Random, because a text that compresses well takes less room than the row that it stands for.
  const text = randomBytes(Math.ceil(size / 2)).toString('hex')
  const json = JSON.stringify({
    event_key: key,
    event_type: type,
    timestamp: new Date().toISOString(),
    session_uuid: 'probe',
    payload: { text },
  })
  return { key, type, session: 'probe', json, origin: null }
}
