import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mark } from '../reading/read-mark.ts'

/** Where the cursor of a file stands; null for a file without one. */
export type Position = { readonly generation: number; readonly offset: number } | null

/** A process died while it parsed these bytes. */
export interface Death extends Mark {
  /** Where the file's cursor stood when the next process started. */
  readonly cursor: Position
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** A file that is not read. Times are milliseconds since the epoch. */
export interface QuarantineEntry extends Mark {
  readonly reason: string
  readonly since: number
  /** When it is tried again. */
  readonly retryAt: number
  /** How long it waits this time; the next time twice as long. */
  readonly waitMs: number
}

/** What the processes of a watcher remember of files that killed them, or that the store refused. */
export interface QuarantineRecord {
  /** Of files that killed one process; the latest ones. */
  readonly deaths: readonly Death[]
  readonly entries: readonly QuarantineEntry[]
  /** When processes died while parsing, whatever file it was; the latest ones. */
  readonly diedAt: readonly number[]
}

export const NO_QUARANTINE: QuarantineRecord = { deaths: [], entries: [], diedAt: [] }

const FILE_NAME = 'quarantine.json'

/** What was saved in a directory; nothing where that cannot be read. */
export function readRecord(directory: string): QuarantineRecord {
  try {
    const saved = JSON.parse(readFileSync(join(directory, FILE_NAME), 'utf8')) as Partial<QuarantineRecord>
    return { deaths: saved.deaths ?? [], entries: saved.entries ?? [], diedAt: saved.diedAt ?? [] }
  } catch {
    return NO_QUARANTINE
  }
}

/** Saves it as a whole or not at all. Throws what the file system throws. */
export function writeRecord(directory: string, record: QuarantineRecord): void {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, FILE_NAME)
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 })
  renameSync(temporary, path)
}
