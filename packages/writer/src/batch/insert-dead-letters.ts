import type { Database } from '@turnlog/database'
import type { Insertable, Kysely } from 'kysely'
import { sha256 } from '../intake/event-row.ts'
import type { NewDeadLetter } from '../intake/new-dead-letter.ts'
import { atStep } from './batch-step.ts'
import { type BatchTransaction, underSavepoint } from './batch-transaction.ts'

/** A longer event, in characters, is not kept: its dead letter has the hash and the place in the file. */
const MAX_EVENT_KEPT = 64 * 1024 * 1024

/** Inserts dead letters, each by a statement of its own because each can be large. */
export async function insertDeadLetters(
  trx: BatchTransaction,
  host: string,
  letters: readonly NewDeadLetter[],
): Promise<void> {
  for (const letter of letters) await atStep('dead_letters', insertDeadLetter(trx, host, letter))
}

/** A dead letter that cannot hold its event is stored without it. */
async function insertDeadLetter(trx: BatchTransaction, host: string, letter: NewDeadLetter): Promise<void> {
  const record = toRecord(host, letter)
  try {
    await underSavepoint(trx, (inner) => insert(inner, record))
  } catch {
    await insert(trx, { ...record, event: null })
  }
}

async function insert(trx: Kysely<Database>, record: Insertable<Database['dead_letters']>): Promise<void> {
  await trx
    .insertInto('dead_letters')
    .values(record)
    .onConflict((conflict) => conflict.column('event_key').doNothing())
    .execute()
}

function toRecord(host: string, letter: NewDeadLetter): Insertable<Database['dead_letters']> {
  const { origin, json } = letter
  return {
    event_key: letter.key,
    event_type: storable(letter.type),
    host,
    event: json.length > MAX_EVENT_KEPT ? null : Buffer.from(json),
    path: origin === null ? null : storable(origin.cursor.path),
    device: origin?.cursor.file.device ?? null,
    inode: origin?.cursor.file.inode ?? null,
    offset: origin?.offset ?? null,
    length: origin?.length ?? null,
    sha256: sha256(json),
    sqlstate: letter.sqlstate,
    reason: storable(letter.reason),
  }
}

/** Text about an event may quote from it, and so contain characters that PostgreSQL cannot store. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u2400').toWellFormed()
}
