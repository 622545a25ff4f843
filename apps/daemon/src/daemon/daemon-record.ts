import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Place, toPlace } from '@turnlog/database/embedded/place'

/**
 * Which daemon uses a state directory, in the file `daemon.json` there. Unlike a lock of the operating system, it is seen
 * from other containers and other machines that share the directory.
 */
export interface DaemonRecord extends Place {
  readonly pid: number
  /** Random; no two daemons have the same. */
  readonly instance: string
  /** Counts up for as long as the daemon lives. */
  readonly beat: number
}

/** The content of the file, to see whether it changes; null if there is none. */
export function readRecordText(stateDir: string): string | null {
  try {
    return readFileSync(recordPath(stateDir), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Null if the text is no record, e.g. because a crash of the machine left half of one. */
export function parseRecord(text: string | null): DaemonRecord | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null')
    const place = toPlace(value)
    const { pid, instance, beat } = (value ?? {}) as Partial<Record<keyof DaemonRecord, unknown>>
    if (place === null || typeof instance !== 'string') return null
    return { ...place, pid: Number(pid), instance, beat: Number(beat) }
  } catch {
    return null
  }
}

/**
 * Puts a record in place of the text that was read before. Of several daemons that do this at the same time, one
 * succeeds, because the file is created and not overwritten.
 *
 * @returns false if another daemon was faster
 */
export function replaceRecord(stateDir: string, before: string | null, record: DaemonRecord): boolean {
  const path = recordPath(stateDir)
  if (before !== null && !removeText(path, before, record)) return false
  return create(path, toText(record))
}

/**
 * Renews the record of a running daemon. The file is overwritten where it is, which works on a full disk, too. A file
 * that was removed is made again.
 *
 * @returns false if the file is another daemon's now
 */
export function renewRecord(stateDir: string, record: DaemonRecord): boolean {
  const path = recordPath(stateDir)
  const text = readRecordText(stateDir)
  if (text === null) return create(path, toText(record))
  if (parseRecord(text)?.instance !== record.instance) return false
  writeFileSync(path, toText(record), { flag: 'r+' })
  return true
}

export function removeRecord(stateDir: string, { instance }: DaemonRecord): void {
  if (parseRecord(readRecordText(stateDir))?.instance === instance) rmSync(recordPath(stateDir), { force: true })
}

function recordPath(stateDir: string): string {
  return join(stateDir, 'daemon.json')
}

// Moved away before it is looked at, because a file cannot be compared and removed in one step.
function removeText(path: string, text: string, { instance }: DaemonRecord): boolean {
  const aside = `${path}.${instance}`
  try {
    renameSync(path, aside)
    const moved = readFileSync(aside, 'utf8')
    // It was another daemon's new record, so it is put back.
    if (moved !== text) create(path, moved)
    return moved === text
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return false
  } finally {
    rmSync(aside, { force: true })
  }
}

function create(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

// The counter has a fixed length, so that no end of a longer text is left when the file is overwritten.
function toText(record: DaemonRecord): string {
  return `${JSON.stringify({ ...record, beat: String(record.beat).padStart(12, '0') })}\n`
}
