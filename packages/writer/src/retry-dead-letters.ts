import { type Database, type DeadLetter, readDeadLetters, resolveDeadLetter, touchDeadLetter } from '@turnlog/database'
import type { EventInput } from '@turnlog/schema'
import type { Kysely } from 'kysely'
import type { EventWriter } from './event-writer.ts'
import type { WriteResult } from './results.ts'

/** What became of a dead letter that was tried again. `unreadable`: its text was too large to keep; read the file. */
export interface RetriedDeadLetter {
  readonly letter: DeadLetter
  readonly result: WriteResult | { readonly status: 'unreadable' }
}

/**
 * Tries the dead letters of one host again, oldest first, each once, and gives what became of each. Those that are in
 * the log now are resolved; the others stay, with the time of the try.
 *
 * @param host the writer's own: the host is part of the row
 * @param isWanted which of them are to be tried; without it, all are
 */
export async function* retryDeadLetters(
  db: Kysely<Database>,
  writer: Pick<EventWriter, 'writeEvent'>,
  host: string,
  isWanted: (letter: DeadLetter) => boolean = () => true,
): AsyncGenerator<RetriedDeadLetter> {
  let afterId = '0'
  for (let page = await readPage(); page.length > 0; page = await readPage()) {
    for (const letter of page) {
      if (isWanted(letter)) yield await retry(db, writer, letter)
      afterId = letter.id
    }
  }

  function readPage(): Promise<readonly DeadLetter[]> {
    return readDeadLetters(db, { afterId, host })
  }
}

async function retry(
  db: Kysely<Database>,
  writer: Pick<EventWriter, 'writeEvent'>,
  letter: DeadLetter,
): Promise<RetriedDeadLetter> {
  const event = parse(letter.event)
  if (event === null) return { letter, result: { status: 'unreadable' } }
  const result = await writer.writeEvent(event as EventInput)
  const isThere = result.status === 'written' || result.status === 'duplicate'
  await (isThere ? resolveDeadLetter(db, letter.id) : touchDeadLetter(db, letter.id))
  return { letter, result }
}

function parse(event: string | null): unknown {
  try {
    return event === null ? null : JSON.parse(event)
  } catch {
    return null
  }
}
