import { type FileHandle, open, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { type EventRow, fromSerialized } from '../../intake/event-row.ts'
import type { WriterReport } from '../../report.ts'
import { listSpoolFiles, type SpoolFile, syncDirectory, toSpoolPath } from './spool-files.ts'
import { decodeSpool, encodeRecord, SPOOL_HEADER } from './spool-record.ts'

/** The spool has no room left. */
export class SpoolFullError extends Error {
  readonly directory: string
  constructor(directory: string, maxBytes: number) {
    super(`The spool ${directory} has reached its limit of ${maxBytes} bytes; it empties once the database is back`)
    this.name = 'SpoolFullError'
    this.directory = directory
  }
}

export interface SpoolSettings {
  readonly directory: string
  readonly maxBytes: number
  readonly report: Pick<WriterReport, 'spoolDamaged' | 'reached'>
}

/** A spool file is closed at this size, because it is read in one piece. */
const MAX_FILE_BYTES = 8 * 1024 * 1024

/**
 * Events that wait on disk for the database, in files that are only appended to, and removed one by one, oldest first.
 * An event that `append` has acknowledged survives a crash of the process and of the machine.
 */
export class Spool {
  readonly #settings: SpoolSettings
  /** Oldest first; only the last may be the one that is appended to. */
  #files: SpoolFile[] = []
  #active: FileHandle | null = null
  #opened: Promise<void> | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(settings: SpoolSettings) {
    this.#settings = settings
  }

  get directory(): string {
    return this.#settings.directory
  }

  /** How many events wait. */
  get count(): number {
    return this.#files.reduce((total, file) => total + file.events, 0)
  }

  get bytes(): number {
    return this.#files.reduce((total, file) => total + file.bytes, 0)
  }

  /** Reads what an earlier process left. Opening twice is the same as once; a failed opening can be tried again. */
  open(): Promise<void> {
    this.#opened ??= this.#load().catch((error: unknown) => {
      this.#opened = undefined
      throw error
    })
    return this.#opened
  }

  /**
   * Stores events; resolves once they are on the disk itself. All of them, or none.
   *
   * @throws {SpoolFullError} if there is no room, or an error of the file system
   */
  async append(rows: readonly EventRow[]): Promise<void> {
    await this.open()
    await this.#inTurn(() => this.#append(rows))
  }

  /**
   * Hands the events to `deliver`, oldest first, one file at a time, and removes each file once it was delivered.
   * Stops, and keeps the file, as soon as `deliver` returns false. A crash in between delivers a file again.
   *
   * @returns whether the spool is empty now
   */
  async drain(deliver: (rows: readonly EventRow[]) => Promise<boolean>): Promise<boolean> {
    await this.open()
    for (let file = this.#files[0]; file !== undefined; file = this.#files[0]) {
      await this.#inTurn(() => this.#seal())
      if (!(await this.#deliverFile(file, deliver))) return false
      this.#settings.report.reached?.('spool_drain_after_commit')
      const delivered = file
      await this.#inTurn(() => this.#remove(delivered))
    }
    return true
  }

  async close(): Promise<void> {
    await this.#inTurn(() => this.#seal())
  }

  /** One operation on the files at a time. */
  #inTurn<Result>(operation: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(operation)
    this.#last = turn.catch(() => {})
    return turn
  }

  async #load(): Promise<void> {
    const files = await listSpoolFiles(this.#settings.directory)
    for (const file of files) file.events = (await this.#read(file)).length
    this.#files = [...files]
  }

  async #append(rows: readonly EventRow[]): Promise<void> {
    const records = Buffer.concat(rows.map((row) => encodeRecord(row.json)))
    if (this.bytes + records.length > this.#settings.maxBytes) {
      throw new SpoolFullError(this.#settings.directory, this.#settings.maxBytes)
    }
    const { handle, file } = await this.#openActive()
    try {
      await handle.write(records, 0, records.length, file.bytes)
      this.#settings.report.reached?.('spool_append_before_fsync')
      await handle.datasync()
      this.#settings.report.reached?.('spool_append_after_fsync')
    } catch (error) {
      // Half a record may be there. No record may follow it, because it would be read as damage and lost with it.
      await handle.truncate(file.bytes).catch(() => {})
      await this.#seal()
      throw error
    }
    file.bytes += records.length
    file.events += rows.length
    if (file.bytes >= MAX_FILE_BYTES) await this.#seal()
  }

  async #openActive(): Promise<{ readonly handle: FileHandle; readonly file: SpoolFile }> {
    const last = this.#files.at(-1)
    if (this.#active !== null && last !== undefined) return { handle: this.#active, file: last }
    const sequence = (last?.sequence ?? 0) + 1
    const file: SpoolFile = { path: toSpoolPath(this.#settings.directory, sequence), sequence, bytes: 0, events: 0 }
    // An earlier attempt may have left a file of this name; it contains nothing.
    const handle = await open(file.path, 'w', 0o600)
    try {
      await handle.write(SPOOL_HEADER)
      await syncDirectory(this.#settings.directory)
    } catch (error) {
      await handle.close()
      throw error
    }
    file.bytes = SPOOL_HEADER.length
    this.#files.push(file)
    this.#active = handle
    return { handle, file }
  }

  async #seal(): Promise<void> {
    const handle = this.#active
    this.#active = null
    await handle?.close()
  }

  async #deliverFile(file: SpoolFile, deliver: (rows: readonly EventRow[]) => Promise<boolean>): Promise<boolean> {
    const texts = await this.#read(file)
    for (let at = 0; at < texts.length; at += 500) {
      if (!(await deliver(texts.slice(at, at + 500).map(fromSerialized)))) return false
    }
    return true
  }

  /** The events of a file. An unreadable end is moved to a file next to it, and reported. */
  async #read(file: SpoolFile): Promise<readonly string[]> {
    const content = await readFile(file.path)
    const { texts, soundBytes } = decodeSpool(content)
    if (soundBytes < content.length) await this.#setAside(file, content, soundBytes)
    return texts
  }

  async #setAside(file: SpoolFile, content: Buffer, soundBytes: number): Promise<void> {
    await writeFile(`${file.path}.damaged`, content.subarray(soundBytes), { mode: 0o600, flush: true })
    const sound = `${file.path}.sound`
    await writeFile(sound, content.subarray(0, soundBytes), { mode: 0o600, flush: true })
    await rename(sound, file.path)
    await syncDirectory(this.#settings.directory)
    file.bytes = soundBytes
    this.#settings.report.spoolDamaged({ file: file.path, bytes: content.length - soundBytes })
  }

  async #remove(file: SpoolFile): Promise<void> {
    await unlink(file.path)
    this.#files = this.#files.filter((other) => other !== file)
    await syncDirectory(this.#settings.directory)
  }
}
