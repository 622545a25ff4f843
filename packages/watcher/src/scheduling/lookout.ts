import { type BigIntStats, type Stats, statSync } from 'node:fs'
import { dirname, sep } from 'node:path'
import { ChangeHints, type HintKind } from '../files/change-hints.ts'
import { fileKey } from '../files/file-identity.ts'
import { isGone, STRIDE, scanFolder } from '../files/scan-folder.ts'
import type { TrackedFile } from '../files/tracked-file.ts'
import type { FoundPath, TranscriptCatalog } from '../files/transcript-catalog.ts'
import { sourceFolders } from '../formats/source-folders.ts'
import type { OpenFiles } from '../reading/open-files.ts'
import { OPEN_LINE_SETTLES_MS } from '../reading/segment-reader.ts'
import type { ResolvedWatcherOptions } from '../watcher-options.ts'
import { isActive } from '../watcher-status.ts'
import { inSlices } from './in-slices.ts'
import { WatchedSource } from './watched-source.ts'

export interface LookoutOptions extends Omit<ResolvedWatcherOptions, 'cursors'> {
  readonly catalog: TranscriptCatalog
  readonly openFiles: OpenFiles
  /** There is something to read in this file, or may be. */
  readonly enqueue: (file: TrackedFile, isLive: boolean) => void
  readonly signal: AbortSignal
}

/**
 * Finds out which files have something to read. Change hints say where to look at once; sweeps over everything find
 * whatever no hint told, and are what can be relied on.
 */
export class Lookout {
  readonly #options: LookoutOptions
  readonly #sources: readonly WatchedSource[]
  readonly #active = new Set<TrackedFile>()
  readonly #openLines = new Map<TrackedFile, NodeJS.Timeout>()
  #hints: ChangeHints | null = null
  #hintsLost = false
  #started = false
  /** Counts the looks that nobody asked for: polls and sweeps. */
  #looks = 0
  #timers: NodeJS.Timeout[] = []
  #sweeps = 0
  #sweeping: Promise<void> | null = null

  constructor(options: LookoutOptions) {
    this.#options = options
    this.#sources = options.sources.flatMap(sourceFolders).map((folder) => new WatchedSource(folder, options.report))
  }

  get mode(): 'watch' | 'polling' {
    return this.#isPolling ? 'polling' : 'watch'
  }

  get #isPolling(): boolean {
    return this.#hintsLost || this.#sources.some(({ isSilent }) => isSilent)
  }

  /** Finds everything that is there. Each folder is watched before it is read: nothing is written in between. */
  async start(): Promise<void> {
    if (this.#options.changeEvents) this.#hints = this.#takeHints()
    else this.#hintsLost = true
    await this.sweep()
    this.#started = true
    if (this.#options.signal.aborted) return
    const { pollingIntervalMs, reconcileIntervalMs } = this.#options
    this.#timers = [
      setInterval(() => this.#poll(), pollingIntervalMs),
      setInterval(() => void this.sweep(), reconcileIntervalMs),
    ]
  }

  #takeHints(): ChangeHints {
    return new ChangeHints({
      onHint: (path, kind) => this.#onHint(path, kind),
      onLost: (error) => this.#onHintsLost(error),
    })
  }

  /** Looks at everything once. One sweep at a time: who asks during one waits for it. */
  sweep(): Promise<void> {
    this.#sweeping ??= inSlices(this.#sweepAll(), this.#options.signal).finally(() => {
      this.#sweeping = null
    })
    return this.#sweeping
  }

  /** Nothing more is to be had from this file at present. */
  caughtUp(file: TrackedFile): void {
    if (file.vanished) this.#forget(file)
    else if (isActive(file, this.#options.now())) this.#active.add(file)
    else this.#options.openFiles.close(file)
    if (file.hasOpenLine && !file.vanished) this.#watchOpenLine(file)
  }

  /** The file is not at its path any more: finds out what became of both. */
  replaced(file: TrackedFile): void {
    this.#lookAt(file.path)
    const stats = this.#stat(file.path)
    if (stats === undefined || fileKey(stats) !== file.key) this.#vanish(file)
  }

  close(): void {
    for (const timer of [...this.#timers, ...this.#openLines.values()]) clearTimeout(timer)
    this.#openLines.clear()
    this.#hints?.close()
  }

  *#sweepAll(): Generator<void> {
    const sweep = ++this.#sweeps
    this.#looks += 1
    for (const source of this.#sources) {
      this.#watchParent(source)
      source.check()
      yield
      if (!source.isMissing) yield* this.#sweepFolder(source, '', sweep, true)
    }
    let checked = 0
    for (const file of this.#options.catalog.files) {
      if (file.sweep !== sweep) this.#checkUnseen(file)
      else this.#checkSession(file)
      checked += 1
      if (checked % STRIDE === 0) yield
    }
  }

  // Tells when the source folder itself comes, goes or is made again. Where not even its parent is there, looking does.
  #watchParent({ root }: WatchedSource): void {
    const parent = dirname(root)
    const stats = this.#hints === null ? undefined : this.#stat(parent)
    if (stats !== undefined) this.#hints?.watch(parent, stats)
  }

  *#sweepFolder(source: WatchedSource, relativeFolder: string, sweep: number, untold = false): Generator<void> {
    const scan = scanFolder({
      root: source.root,
      relativeFolder,
      wants: (relativePath, path) =>
        this.#options.catalog.at(path) !== undefined || source.format.identify(relativePath) !== null,
      isAsBefore: (path) => this.#isAsBefore(path, sweep),
      unreadable: (path, error) => this.#options.report.unreadable?.(path, error),
      passes: (path, stats) => this.#hints?.watch(path, stats),
    })
    for (const found of scan) {
      yield
      if (found === null) continue
      const { path, relativePath, stats } = found
      const changed = this.#sight({ format: source.format, path, relativePath }, stats, sweep)
      if (changed && untold) this.#noteUntold(source)
    }
  }

  // True of nearly all files at each sweep; whatever else it is, a closer look tells.
  #isAsBefore(path: string, sweep: number): boolean {
    const file = this.#options.catalog.at(path)
    if (file === undefined || file.vanished) return false
    const stats = this.#glance(path)
    if (stats === undefined || !file.isUnchanged(stats)) return false
    file.sweep = sweep
    return true
  }

  #glance(path: string): Stats | undefined {
    try {
      return statSync(path, { throwIfNoEntry: false })
    } catch {
      return undefined
    }
  }

  /** @returns whether the file has changed since it was last looked at */
  #sight(found: FoundPath, stats: BigIntStats, sweep: number): boolean {
    const { catalog, enqueue, now } = this.#options
    const before = catalog.at(found.path)
    const sighting = catalog.sight(found, stats)
    if (before !== undefined && before !== sighting?.file && before.key !== fileKey(stats)) this.#vanish(before)
    if (sighting === null) return false
    const { file, changed } = sighting
    file.sweep = sweep
    const wasQueued = file.queued
    // Before the first sweep is over nothing is live: newest first is the better order then.
    if (changed) enqueue(file, this.#sweeps > 1 && isActive(file, now()))
    return changed && !wasQueued
  }

  #checkUnseen(file: TrackedFile): void {
    const stats = this.#stat(file.path)
    if (stats === undefined || fileKey(stats) !== file.key) this.#vanish(file)
  }

  #checkSession(file: TrackedFile): void {
    if (file.sessionDueAt !== null && file.sessionDueAt < this.#options.now() && !file.queued) {
      this.#options.enqueue(file, false)
    }
  }

  #onHint(path: string, kind: HintKind): void {
    const source = this.#sourceOf(path)
    // Of the source folder itself its parent tells, which can be of another file system.
    if (source?.root !== path) source?.noteTold()
    const known = kind === 'change' ? this.#options.catalog.at(path) : undefined
    if (known === undefined) this.#lookAt(path)
    else if (!known.queued) this.#options.enqueue(known, true)
  }

  #onHintsLost(error: Error): void {
    if (!this.#hintsLost) this.#options.report.hintsLost?.(error)
    this.#hintsLost = true
  }

  // Only of what was found by looking at everything; before that has begun, nobody was asked to tell.
  #noteUntold(source: WatchedSource): void {
    if (this.#started && this.#options.changeEvents) source.noteUntold(this.#looks)
  }

  #poll(): void {
    const hasAppeared = this.#sources.map((source) => source.isMissing && source.check()).includes(true)
    if (this.#isPolling || hasAppeared) void this.sweep()
    this.#looks += 1
    for (const file of this.#active) {
      if (!isActive(file, this.#options.now())) this.#rest(file)
      else if (!this.#isAsBefore(file.path, this.#sweeps)) this.#lookAt(file.path, true)
    }
  }

  #lookAt(path: string, untold = false): void {
    const source = this.#sourceOf(path)
    if (source === undefined) return
    const stats = this.#stat(path)
    const relativePath = path.slice(source.root.length + 1).replaceAll(sep, '/')
    const isRoot = path === source.root
    if (isRoot) source.check()
    if (stats === undefined && isRoot) void this.sweep()
    else if (stats === undefined) this.#vanishAt(path)
    else if (stats.isDirectory())
      void inSlices(this.#sweepFolder(source, relativePath, this.#sweeps), this.#options.signal)
    else if (stats.isFile()) {
      const changed = this.#sight({ format: source.format, path, relativePath }, stats, this.#sweeps)
      if (changed && untold) this.#noteUntold(source)
    }
  }

  #sourceOf(path: string): WatchedSource | undefined {
    return this.#sources.find((source) => source.holds(path))
  }

  #stat(path: string): BigIntStats | undefined {
    try {
      return statSync(path, { bigint: true, throwIfNoEntry: false })
    } catch (error) {
      if (!isGone(error)) this.#options.report.unreadable?.(path, error as Error)
      return undefined
    }
  }

  #vanishAt(path: string): void {
    const file = this.#options.catalog.at(path)
    if (file !== undefined) this.#vanish(file)
  }

  // What was written before a file was removed can still be read while it is open.
  #vanish(file: TrackedFile): void {
    if (file.vanished) return
    file.vanished = true
    if (this.#options.openFiles.has(file)) this.#options.enqueue(file, true)
    else this.#forget(file)
  }

  #forget(file: TrackedFile): void {
    this.#rest(file)
    this.#options.catalog.remove(file)
    this.#options.report.fileVanished?.(file.path)
  }

  #rest(file: TrackedFile): void {
    this.#active.delete(file)
    this.#options.openFiles.close(file)
    clearTimeout(this.#openLines.get(file))
    this.#openLines.delete(file)
  }

  // A last line without newline is looked at once more when it had time to settle.
  #watchOpenLine(file: TrackedFile): void {
    clearTimeout(this.#openLines.get(file))
    const settlesIn = Number(file.mtimeNs / 1_000_000n) + OPEN_LINE_SETTLES_MS - this.#options.now()
    if (settlesIn < 0) return
    const look = () => this.#options.enqueue(file, false)
    this.#openLines.set(file, setTimeout(look, Math.min(settlesIn + 1, OPEN_LINE_SETTLES_MS + 1)))
  }
}
