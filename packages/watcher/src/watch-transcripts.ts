import { setImmediate } from 'node:timers/promises'
import { crashPoint } from './crash-point.ts'
import { isGone } from './files/scan-folder.ts'
import { startOver, type TrackedFile } from './files/tracked-file.ts'
import { TranscriptCatalog } from './files/transcript-catalog.ts'
import { Quarantine } from './quarantine/quarantine.ts'
import { ArchiveReader } from './reading/archive-reader.ts'
import { OpenFiles } from './reading/open-files.ts'
import { ReadMark } from './reading/read-mark.ts'
import { type ReadOutcome, SegmentReader } from './reading/segment-reader.ts'
import { DeliveryWindow } from './scheduling/delivery-window.ts'
import { Lookout } from './scheduling/lookout.ts'
import { ReadQueue } from './scheduling/read-queue.ts'
import { WakeUp } from './scheduling/wake-up.ts'
import type { Segment } from './segment.ts'
import {
  type Delivery,
  type ResolvedWatcherOptions,
  resolveWatcherOptions,
  type WatcherOptions,
} from './watcher-options.ts'
import { isActive, LastingTotals, type WatcherStatus } from './watcher-status.ts'

/** Why the watching ended: it was told to, or the taker of the segments said so. */
export type WatcherEnd = 'stopped' | 'fenced' | 'closed'

/** A modification time that no file has. */
const NEVER = -1n

/** A segment weighs at least this much in the window: it takes some memory whatever it holds. */
const SEGMENT_WEIGHT = 4096

/**
 * Follows the transcripts below the source folders, from where their cursors stand: finds the files, reads what is
 * new in them, and hands it out as segments, in order and without gaps for each file. Begins at once.
 */
export function watchTranscripts(options: WatcherOptions): TranscriptWatcher {
  return new TranscriptWatcher(resolveWatcherOptions(options))
}

/** See {@link watchTranscripts}. */
export class TranscriptWatcher implements AsyncDisposable {
  readonly #options: Omit<ResolvedWatcherOptions, 'cursors'>
  readonly #catalog: TranscriptCatalog
  readonly #quarantine: Quarantine
  readonly #openFiles: OpenFiles
  readonly #mark: ReadMark
  readonly #reader: SegmentReader
  readonly #archives: ArchiveReader
  readonly #queue = new ReadQueue()
  readonly #window: DeliveryWindow
  readonly #wakeUp = new WakeUp()
  readonly #stop = new AbortController()
  readonly #lookout: Lookout
  #end: WatcherEnd = 'stopped'
  #failure: unknown
  #skippedLines = 0
  /** Counts what was read and committed. */
  #steps = 0
  readonly #totals = new LastingTotals()

  /** Resolves when all files were found and compared with their cursors, and changes are being watched for. */
  readonly ready: Promise<void>
  /** Resolves when the watching has ended and nothing handed out is unsettled; rejects if it broke. */
  readonly done: Promise<WatcherEnd>

  // The cursors are told apart since whoever holds the options would hold thousands of them.
  constructor({ cursors, ...options }: ResolvedWatcherOptions) {
    const { inactivityTimeoutMs, maxLineBytes, now, report, stateDirectory: directory } = options
    this.#options = options
    this.#quarantine = new Quarantine({ directory, report, now, release: (file) => this.#enqueue(file, false) })
    this.#catalog = new TranscriptCatalog({ cursors: this.#quarantine.watch(cursors), inactivityTimeoutMs, report })
    this.#quarantine.judge()
    // Only now: opening it wipes the mark of the process before.
    this.#mark = new ReadMark(directory)
    this.#openFiles = new OpenFiles(inactivityTimeoutMs)
    this.#reader = new SegmentReader({ openFiles: this.#openFiles, maxLineBytes, mark: this.#mark, now })
    this.#archives = new ArchiveReader({ inactivityTimeoutMs, maxLineBytes, mark: this.#mark, now })
    this.#window = new DeliveryWindow(options.windowBytes)
    this.#lookout = new Lookout({
      ...options,
      catalog: this.#catalog,
      openFiles: this.#openFiles,
      enqueue: (file, isLive) => this.#enqueue(file, isLive),
      signal: this.#stop.signal,
    })
    this.ready = this.#start()
    this.done = this.#run()
    // Both are for whoever asks; a failure that nobody asked about must not end the process by itself.
    this.ready.catch(() => undefined)
    this.done.catch(() => undefined)
  }

  status(): WatcherStatus {
    const { files, version } = this.#catalog
    const totals = this.#totals.get(files, version + this.#steps, this.#options.now())
    const quarantinedFiles = this.#quarantine.list()
    return { ...totals, skippedLines: this.#skippedLines, quarantinedFiles, mode: this.#lookout.mode }
  }

  /** Stops reading at once. Resolves like {@link done}: what was handed out is settled by then. */
  stop(): Promise<WatcherEnd> {
    this.#stop.abort()
    this.#mark.letGo()
    this.#wakeUp.wake()
    return this.done
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #start(): Promise<void> {
    const startedAt = performance.now()
    // Whoever is told of something has the watcher in hand by then.
    await Promise.resolve()
    await this.#lookout.start()
    const { files, bytesBehind } = this.status()
    this.#options.report.ready?.({ files, bytesBehind, tookMs: performance.now() - startedAt })
  }

  async #run(): Promise<WatcherEnd> {
    try {
      while (!this.#stop.signal.aborted) await this.#readNext()
      while (!this.#window.isEmpty) await this.#window.changed()
      if (this.#failure !== undefined) throw this.#failure
      return this.#end
    } finally {
      this.#stop.abort()
      this.#openFiles.closeAll()
      this.#archives.close()
      this.#lookout.close()
      this.#quarantine.close()
      this.#mark.close()
    }
  }

  async #readNext(): Promise<void> {
    if (this.#window.isFull) return this.#window.changed()
    const file = this.#queue.take()
    if (file === undefined) return this.#wakeUp.sleep()
    // Gone while it waited for its turn. Should it come back, it is another entry of the catalog that is read.
    if (file.vanished && !this.#openFiles.has(file)) return
    if (this.#quarantine.holds(file)) return this.#heldBack()
    // A compressed file does not grow, and one is open at a time: it is read through before the next is.
    const isLive = file.archive === null && isActive(file, this.#options.now())
    this.#handle(file, await this.#look(file), isLive)
    // The database's answers, signals and heartbeats have their turn between two segments.
    await setImmediate()
  }

  // Its bytes do not count as behind any more.
  #heldBack(): void {
    this.#steps += 1
  }

  async #look(file: TrackedFile): Promise<ReadOutcome> {
    try {
      return file.archive === null ? this.#reader.read(file) : await this.#archives.read(file)
    } catch (error) {
      if (isGone(error)) return { kind: 'replaced' }
      if (!isOfSystem(error)) return this.#giveUp(file, error as Error)
      // No file was written then: whatever its state, the next sweep finds it changed.
      file.mtimeNs = NEVER
      this.#options.report.unreadable?.(file.path, error as Error)
      return { kind: 'caught_up' }
    }
  }

  // A parser that threw remembers half an entry: nothing it says after that can be relied on.
  #giveUp(file: TrackedFile, error: Error): ReadOutcome {
    this.#setAside(file, { from: file.offset, to: file.size }, `it cannot be parsed: ${error.message}`)
    return { kind: 'caught_up' }
  }

  #setAside(file: TrackedFile, range: { readonly from: number; readonly to: number }, reason: string): void {
    this.#openFiles.close(file)
    this.#archives.close()
    // What the parser remembers belongs to bytes that were not stored. Nothing is stored twice.
    startOver(file, 'quarantined')
    file.committed = 0
    this.#quarantine.add(file, range, reason)
  }

  #handle(file: TrackedFile, outcome: ReadOutcome, isLive: boolean): void {
    this.#steps += 1
    if (outcome.kind === 'segment') this.#deliver(file, outcome.segment)
    if (outcome.kind === 'replaced') this.#lookout.replaced(file)
    else if (outcome.kind === 'unfinished' || (outcome.kind === 'segment' && !outcome.atEnd)) {
      this.#queue.putBack(file, isLive)
    } else this.#lookout.caughtUp(file)
  }

  #enqueue(file: TrackedFile, isLive: boolean): void {
    if (isLive) this.#queue.addLive(file)
    else this.#queue.addHistory(file)
    this.#wakeUp.wake()
  }

  #deliver(file: TrackedFile, segment: Segment): void {
    crashPoint('after_read')
    this.#tell(segment)
    const weight = SEGMENT_WEIGHT + Math.max(segment.tally.delivered, segment.weight)
    const settled = this.#mark.deliver(file, segment)
    this.#window.add(weight)
    this.#options
      .deliver(segment)
      .then((delivery) => this.#settle(file, segment, delivery))
      .catch((error: unknown) => this.#break(error))
      .finally(() => {
        settled()
        this.#window.remove(weight)
      })
  }

  #tell(segment: Segment): void {
    const { path } = segment.cursor
    if (segment.generationReason !== null) this.#options.report.fileRestarted?.(path, segment.generationReason)
    for (const range of segment.skipped) this.#options.report.rangeSkipped?.(path, range)
    for (const { places = 1 } of segment.skipped) this.#skippedLines += places
  }

  #settle(file: TrackedFile, { from, cursor }: Segment, delivery: Delivery): void {
    this.#steps += 1
    const isOfNow = cursor.generation === file.generation
    switch (delivery.status) {
      case 'committed':
        if (isOfNow) file.committed = cursor.offset
        this.#quarantine.committed(cursor)
        break
      case 'refused':
        // Of several segments under way, the first one does it.
        if (isOfNow) this.#setAside(file, { from, to: cursor.offset }, delivery.reason)
        break
      default:
        this.#finish(delivery.status)
    }
  }

  #finish(end: WatcherEnd): void {
    if (!this.#stop.signal.aborted) this.#end = end
    void this.stop()
  }

  // Whatever a taker of segments throws is a surprise: nothing is known about the segment any more.
  #break(error: unknown): void {
    this.#failure ??= error
    this.#finish('closed')
  }
}

/** What the file system refuses names its call; other errors come from parsing. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
