import { type Connection, findMissingEvents, readDeadOffsets } from '@turnlog/database'
import type { AuditedFile, CommittedCursor } from '@turnlog/watcher'
import { formatCount } from '../terminal/format-amount.ts'
import type { Gap, VerifiedFile } from './verification.ts'

/** How many events are looked up in one query. */
const LOOKUP_EVENTS = 2_000

export interface VerifyFileOptions {
  readonly db: Connection['db']
  readonly host: string
  /** Also read the file again, and look up each event that it yields. */
  readonly thorough: boolean
}

/** Brings an audited file's account together with the rows that it claims. */
export async function verifyFile(audited: AuditedFile, options: VerifyFileOptions): Promise<VerifiedFile> {
  const { path, size, cursor, pending, restartReason } = audited
  const rows =
    options.thorough && cursor !== null && audited.gap === null
      ? await checkRows(audited, cursor, options)
      : { checked: 0, gap: null }
  return {
    path,
    key: toFileKey(audited),
    size,
    delivered: cursor?.tally.delivered ?? 0,
    skipped: cursor?.tally.skipped ?? {},
    unread: pending.unread,
    openLine: pending.openLine,
    isRestarting: restartReason !== null,
    checkedEvents: rows.checked,
    gap: describeGap(audited) ?? rows.gap,
  }
}

export function toFileKey({ file }: Pick<AuditedFile, 'file'>): string {
  return `${file.device}:${file.inode}`
}

/** The events of a file that are nowhere to be found, by their offsets. */
async function checkRows(
  audited: AuditedFile,
  cursor: CommittedCursor,
  { db, host }: VerifyFileOptions,
): Promise<{ readonly checked: number; readonly gap: Gap | null }> {
  const missing: number[] = []
  let checked = 0
  for await (const offsets of batch(audited)) {
    checked += offsets.size
    const absent = await findMissingEvents(db, [...offsets.keys()])
    for (const key of absent) missing.push(offsets.get(key) as number)
  }
  if (missing.length === 0) return { checked, gap: null }
  const dead = await readDeadOffsets(db, host, cursor.file)
  const lost = missing.filter((offset) => !dead.has(offset)).sort((a, b) => a - b)
  if (lost.length === 0) return { checked, gap: null }
  const detail = `${formatCount(lost.length, 'event')} of ${checked.toLocaleString('en-US')} not in the log, the first at byte ${lost[0]}`
  return { checked, gap: { path: audited.path, kind: 'events_missing', detail } }
}

/** Offsets by event key, as many at once as one query takes. */
async function* batch(audited: AuditedFile): AsyncGenerator<ReadonlyMap<string, number>> {
  let offsets = new Map<string, number>()
  for await (const events of audited.reread()) {
    for (const { event, offset } of events) offsets.set(event.event_key as string, offset)
    if (offsets.size < LOOKUP_EVENTS) continue
    yield offsets
    offsets = new Map()
  }
  if (offsets.size > 0) yield offsets
}

function describeGap({ path, gap }: AuditedFile): Gap | null {
  switch (gap?.kind) {
    case undefined:
      return null
    case 'bytes_unaccounted':
      return { path, kind: gap.kind, detail: `${gap.bytes} bytes before the cursor are in no account` }
    case 'changed_unnoticed':
      return { path, kind: gap.kind, detail: `it was ${gap.change}, and its size and time do not show it` }
    case 'unreadable':
      return { path, kind: gap.kind, detail: `it cannot be read: ${gap.error.message}` }
    default:
      return gap satisfies never
  }
}
