import { type BigIntStats, existsSync, statSync } from 'node:fs'
import { sep } from 'node:path'
import { ChangeHints, type HintKind } from '../files/change-hints.ts'
import { fileKey } from '../files/file-identity.ts'
import { isGone, scanFolder } from '../files/scan-folder.ts'
import type { TrackedFile } from '../files/tracked-file.ts'
import type { FoundPath, TranscriptCatalog } from '../files/transcript-catalog.ts'
import { formatOf } from '../formats/index.ts'
import { sourceFolders } from '../formats/source-folders.ts'
import type { TranscriptFormat } from '../formats/transcript-format.ts'
import type { OpenFiles } from '../reading/open-files.ts'
import { OPEN_LINE_SETTLES_MS } from '../reading/segment-reader.ts'
import type { ResolvedWatcherOptions } from '../watcher-options.ts'
import { isActive } from '../watcher-status.ts'
import { inSlices } from './in-slices.ts'

export interface LookoutOptions extends ResolvedWatcherOptions {
  readonly catalog: TranscriptCatalog
  readonly openFiles: OpenFiles
  /** There is something to read in this file, or may be. */
  readonly enqueue: (file: TrackedFile, isLive: boolean) => void
  readonly signal: AbortSignal
}

/** A source folder with the format of what is in it. */
interface Source {
  readonly root: string
  readonly format: TranscriptFormat
  readonly isOptional: boolean
  isMissing: boolean
}

/**
 * Finds out which files have something to read. Change hints say where to look at once; sweeps over everything find
 * whatever no hint told, and are what can be relied on.
 */
export class Lookout {
  readonly #options: LookoutOptions
  readonly #sources: readonly Source[]
  readonly #active = new Set<TrackedFile>()
  readonly #openLines = new Map<TrackedFile, NodeJS.Timeout>()
  #hints: ChangeHints | null = null
  #hintsLost = false
  #timers: NodeJS.Timeout[] = []
  #sweeps = 0
  #sweeping: Promise<void> | null = null

  constructor(options: LookoutOptions) {
    this.#options = options
    this.#sources = options.sources.flatMap(sourceFolders).map(({ agent, path, isOptional }) => ({
      root: path,
      format: formatOf(agent),
      isOptional,
      isMissing: false,
    }))
  }

  get mode(): 'watch' | 'polling' {
    return this.#hintsLost ? 'polling' : 'watch'
  }

  /** Finds everything that is there, and watches from then on: what is written in between is found by a second look. */
  async start(): Promise<void> {
    this.#hints = new ChangeHints({
      folders: this.#sources.map(({ root }) => root),
      onHint: (path, kind) => this.#onHint(path, kind),
      onFolder: (path) => this.#onHint(path, 'rename'),
      onLost: (error) => this.#onHintsLost(error),
    })
    await this.sweep()
    await this.#hints.ready
    await this.sweep()
    if (this.#options.signal.aborted) return
    const { pollingIntervalMs, reconcileIntervalMs } = this.#options
    this.#timers = [
      setInterval(() => this.#poll(), pollingIntervalMs),
      setInterval(() => void this.sweep(), reconcileIntervalMs),
    ]
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

  async close(): Promise<void> {
    for (const timer of [...this.#timers, ...this.#openLines.values()]) clearTimeout(timer)
    this.#openLines.clear()
    await this.#hints?.close()
  }

  *#sweepAll(): Generator<void> {
    const sweep = ++this.#sweeps
    for (const source of this.#sources) {
      this.#checkRoot(source)
      yield
      if (!source.isMissing) yield* this.#sweepFolder(source, '', sweep)
    }
    for (const file of this.#options.catalog.files) {
      if (file.sweep !== sweep) this.#checkUnseen(file)
      else this.#checkSession(file)
      yield
    }
  }

  *#sweepFolder(source: Source, relativeFolder: string, sweep: number): Generator<void> {
    const scan = scanFolder({
      root: source.root,
      relativeFolder,
      wants: (relativePath) => source.format.identify(relativePath) !== null,
      unreadable: (path, error) => this.#options.report.unreadable?.(path, error),
    })
    for (const { path, relativePath, stats } of scan) {
      this.#sight({ format: source.format, path, relativePath }, stats, sweep)
      yield
    }
  }

  #sight(found: FoundPath, stats: BigIntStats, sweep: number): void {
    const { catalog, enqueue, now } = this.#options
    const before = catalog.at(found.path)
    const sighting = catalog.sight(found, stats)
    if (before !== undefined && before !== sighting?.file && before.key !== fileKey(stats)) this.#vanish(before)
    if (sighting === null) return
    const { file, changed } = sighting
    file.sweep = sweep
    // Before the first sweep is over nothing is live: newest first is the better order then.
    if (changed) enqueue(file, this.#sweeps > 1 && isActive(file, now()))
  }

  #checkRoot(source: Source): void {
    const isMissing = !existsSync(source.root)
    if (isMissing && !source.isMissing && !source.isOptional) this.#options.report.sourceMissing?.(source.root)
    if (!isMissing && source.isMissing && !source.isOptional) this.#options.report.sourceAppeared?.(source.root)
    source.isMissing = isMissing
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
    const known = kind === 'change' ? this.#options.catalog.at(path) : undefined
    if (known === undefined) this.#lookAt(path)
    else if (!known.queued) this.#options.enqueue(known, true)
  }

  #onHintsLost(error: Error): void {
    if (!this.#hintsLost) this.#options.report.hintsLost?.(error)
    this.#hintsLost = true
  }

  #poll(): void {
    const wasMissing = this.#sources.filter(({ isMissing }) => isMissing)
    for (const source of wasMissing) this.#checkRoot(source)
    if (this.#hintsLost || wasMissing.some(({ isMissing }) => !isMissing)) void this.sweep()
    for (const file of this.#active) {
      if (isActive(file, this.#options.now())) this.#lookAt(file.path)
      else this.#rest(file)
    }
  }

  #lookAt(path: string): void {
    const source = this.#sourceOf(path)
    if (source === undefined) return
    const stats = this.#stat(path)
    const relativePath = path.slice(source.root.length + 1).replaceAll(sep, '/')
    if (stats === undefined) this.#vanishAt(path)
    else if (stats.isDirectory())
      void inSlices(this.#sweepFolder(source, relativePath, this.#sweeps), this.#options.signal)
    else if (stats.isFile()) this.#sight({ format: source.format, path, relativePath }, stats, this.#sweeps)
  }

  #sourceOf(path: string): Source | undefined {
    return this.#sources.find(({ root }) => path === root || path.startsWith(root + sep))
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
