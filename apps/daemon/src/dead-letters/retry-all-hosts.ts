import type { Connection } from '@turnlog/database'
import { createEventWriter, type RetriedDeadLetter, retryDeadLetters, type WriterReport } from '@turnlog/writer'
import { readAllDeadLetters } from './read-all-dead-letters.ts'

// What becomes of each letter is the answer itself.
const SILENT: Partial<WriterReport> = {
  eventRejected: () => {},
  writeRetried: () => {},
  eventDeadLettered: () => {},
  writeFailed: () => {},
  outageBegan: () => {},
  outageEnded: () => {},
}

/**
 * Tries dead letters again and gives what became of each. They go through the writer, under the host that they came
 * from, so that each is the same event as ever and can be in the log only once.
 *
 * @param ids which ones; null for all
 */
export async function* retryAllHosts(
  db: Connection['db'],
  ids: ReadonlySet<string> | null,
): AsyncGenerator<RetriedDeadLetter> {
  const hosts = new Set<string>()
  for await (const { id, host } of readAllDeadLetters(db)) if (ids === null || ids.has(id)) hosts.add(host)
  for (const host of hosts) {
    await using writer = createEventWriter({ db, host, report: SILENT })
    yield* retryDeadLetters(db, writer, host, ({ id }) => ids === null || ids.has(id))
  }
}
