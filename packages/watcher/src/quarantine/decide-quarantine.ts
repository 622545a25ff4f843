import type { FileIdentity } from '../files/file-identity.ts'
import type { Mark } from '../reading/read-mark.ts'
import type { Death, Position, QuarantineEntry, QuarantineRecord } from './quarantine-record.ts'

/*
 *  read ──dies──► suspect ──dies at the same entry──► waiting ──retry is due──► on trial ──committed beyond──► read
 *    │               └──committed beyond──► read         ▲  ▲                       │
 *    └────────────────the store refuses its cursor───────┘  └──dies, refused again──┘  (and waits twice as long)
 */

export const FIRST_WAIT_MS = 10 * 60_000
const LONGEST_WAIT_MS = 24 * 60 * 60_000

/** Files that are remembered after one death; one that never kills again is forgotten in the end. */
const MOST_DEATHS = 20
const MOST_ENTRIES = 1_000

/**
 * A file that killed a process is left alone while this many processes died within a minute: so the supervisor does not
 * give up on the watcher, however many such files there are.
 */
const DEATHS_A_MINUTE = 3
const MINUTE_MS = 60_000

/** A process died of a file, whichever. */
export function noteDeath(record: QuarantineRecord, now: number): QuarantineRecord {
  return { ...record, diedAt: [...record.diedAt, now].slice(-DEATHS_A_MINUTE) }
}

/**
 * What to remember of a file when a process died of the marked bytes. The second death at the same entry, with nothing of
 * the file committed in between, puts the file into quarantine; a single death can have any cause. A mark that covers
 * several entries names none: from then on each entry of the file has its own.
 */
export function decideAfterDeath(
  record: QuarantineRecord,
  mark: Mark,
  cursor: Position,
  now: number,
): QuarantineRecord {
  const deaths = record.deaths.filter((death) => !isSameFile(death, mark))
  const before: Death | undefined = record.deaths.find(
    (death) => isSamePlace(death, mark) && isSamePosition(death.cursor, cursor),
  )
  const waiting = record.entries.find((entry) => isSamePlace(entry, mark))
  const isSecond = before?.shared === false && !mark.shared
  if (!isSecond && waiting === undefined) {
    const death: Death = { ...mark, cursor, at: now }
    return { ...record, deaths: [...deaths, death].slice(-MOST_DEATHS) }
  }
  const often = waiting === undefined ? 'twice' : 'again'
  const reason = `the watcher process died ${often} while it read bytes ${mark.from} to ${mark.to}`
  return quarantine({ ...record, deaths }, mark, reason, now)
}

/** Puts a file into quarantine; one that was there before waits twice as long. */
export function quarantine(record: QuarantineRecord, mark: Mark, reason: string, now: number): QuarantineRecord {
  const before = record.entries.find((entry) => isSameFile(entry, mark))
  const waitMs = before === undefined ? FIRST_WAIT_MS : Math.min(before.waitMs * 2, LONGEST_WAIT_MS)
  const entry: QuarantineEntry = { ...mark, reason, since: before?.since ?? now, retryAt: now + waitMs, waitMs }
  const others = record.entries.filter((other) => other !== before)
  return { ...record, entries: [...others, entry].slice(-MOST_ENTRIES) }
}

/** Whether a file has killed a process, or was refused, and was not committed beyond that since. */
export function isSuspect({ entries, deaths }: QuarantineRecord, file: FileIdentity): boolean {
  return entries.some((entry) => isFile(entry, file)) || deaths.some((death) => isFile(death, file))
}

/** Whether a file is not to be read now. */
export function isHeld(record: QuarantineRecord, file: FileIdentity, now: number): boolean {
  if (record.entries.some((entry) => isFile(entry, file) && isWaiting(entry, now))) return true
  return (
    isSuspect(record, file) && record.diedAt.filter((at) => at <= now && now - at < MINUTE_MS).length >= DEATHS_A_MINUTE
  )
}

/** What to remember when a file was committed up to an offset. Returns the record itself if nothing changes. */
export function decideAfterCommit(
  record: QuarantineRecord,
  file: FileIdentity,
  cursor: NonNullable<Position>,
): QuarantineRecord {
  const isOver = (each: Mark) => isFile(each, file) && isBeyond(cursor, each)
  const entries = record.entries.filter((entry) => !isOver(entry))
  const deaths = record.deaths.filter((death) => !isOver(death))
  const isSame = entries.length === record.entries.length && deaths.length === record.deaths.length
  return isSame ? record : { ...record, entries, deaths }
}

/** What to remember when a file in quarantine was moved. Returns the record itself if it was not. */
export function decideAfterMove(record: QuarantineRecord, file: FileIdentity, path: string): QuarantineRecord {
  if (!record.entries.some((entry) => isFile(entry, file) && entry.path !== path)) return record
  return { ...record, entries: record.entries.map((entry) => (isFile(entry, file) ? { ...entry, path } : entry)) }
}

/** The operator asked for a restart: every file is tried again at once. */
export function decideAfterRequest(record: QuarantineRecord): QuarantineRecord {
  return { ...record, entries: record.entries.map((entry) => ({ ...entry, retryAt: 0 })), diedAt: [] }
}

// Should the clock have been set back meanwhile, no file waits for longer than it was to.
function isWaiting({ retryAt, waitMs }: QuarantineEntry, now: number): boolean {
  return now < retryAt && retryAt - now <= waitMs
}

// In a later generation it is another content.
function isBeyond(cursor: NonNullable<Position>, { generation, to }: Mark): boolean {
  return cursor.generation > generation || cursor.offset >= to
}

function isSamePlace(a: Mark, b: Mark): boolean {
  return isSameFile(a, b) && a.generation === b.generation && a.from < b.to && b.from < a.to
}

function isSamePosition(a: Position, b: Position): boolean {
  return a?.generation === b?.generation && a?.offset === b?.offset
}

function isSameFile(a: Mark, b: Mark): boolean {
  return isFile(a, b.file)
}

export function isFile({ file: a }: Pick<Mark, 'file'>, b: FileIdentity): boolean {
  return a.device === b.device && a.inode === b.inode && a.birthTimeNs === b.birthTimeNs
}
