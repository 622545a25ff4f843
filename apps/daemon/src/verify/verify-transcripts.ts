import { hostname } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import type { Settings } from '@turnlog/config'
import { type Connection, readCursors, restartCursor } from '@turnlog/database'
import { auditTranscripts, type CommittedCursor, toRestartedCursor } from '@turnlog/watcher'
import { revokeLease } from '@turnlog/writer'
import { toLeaseName } from '../watcher/lease-name.ts'
import { sumUp, type Verification, type VerifiedFile } from './verification.ts'
import { toFileKey, verifyFile } from './verify-file.ts'

export interface VerifyOptions {
  /** Read every file again and look up each of its events, or compare accounts only. */
  readonly thorough: boolean
  /** Have the files with gaps read again. */
  readonly repair: boolean
  /** Told now and then. */
  readonly onProgress: (progress: { readonly files: number; readonly bytes: number }) => void
}

/** A watcher at work moves cursors while they are compared: what looks wrong is looked at again, this often. */
const LOOKS = 3

/** Compares the transcripts on disk with the database, whether or not a watcher is at work on both. */
export async function verifyTranscripts(
  settings: Settings,
  db: Connection['db'],
  options: VerifyOptions,
): Promise<Verification> {
  const verifier = new Verifier(settings, db, options)
  await verifier.look()
  for (let look = 1; look < LOOKS && verifier.hasGaps; look += 1) await verifier.look()
  const repaired = options.repair ? await verifier.repair() : 0
  return verifier.verification(repaired)
}

class Verifier {
  readonly #settings: Settings
  readonly #db: Connection['db']
  readonly #options: VerifyOptions
  readonly #host = hostname()
  readonly #files = new Map<string, VerifiedFile>()
  #cursors: readonly CommittedCursor[] = []

  constructor(settings: Settings, db: Connection['db'], options: VerifyOptions) {
    this.#settings = settings
    this.#db = db
    this.#options = options
  }

  get hasGaps(): boolean {
    return this.#gaps.length > 0
  }

  /** Looks at everything; the next times, only at what was wrong. */
  async look(): Promise<void> {
    const wrong = this.#files.size === 0 ? null : new Set(this.#gaps.map(({ path }) => path))
    this.#cursors = (await readCursors(this.#db, this.#host)) as readonly CommittedCursor[]
    for (const path of wrong ?? []) this.#files.delete(path)
    let bytes = 0
    for (const audited of this.#audit()) {
      if (wrong !== null && !wrong.has(audited.path)) continue
      const { thorough } = this.#options
      this.#add(await verifyFile(audited, { db: this.#db, host: this.#host, thorough }))
      bytes += audited.size
      this.#options.onProgress({ files: this.#files.size, bytes })
      await setImmediate()
    }
  }

  /** Puts the cursors of files with gaps back to the start. @returns how many files will be read again */
  async repair(): Promise<number> {
    const cursors = new Map(this.#cursors.map((cursor) => [toFileKey(cursor), cursor]))
    let repaired = 0
    for (const { key, gap } of this.#gaps) {
      const cursor = cursors.get(key ?? '')
      if (cursor === undefined || gap?.kind === 'unreadable') continue
      const restarted = await restartCursor(this.#db, this.#host, toRestartedCursor(cursor), 'repaired')
      if (restarted) repaired += 1
    }
    // A watcher that has nothing to write would not notice.
    if (repaired > 0) await revokeLease(this.#db, toLeaseName(this.#host))
    return repaired
  }

  verification(repairedFiles: number): Verification {
    const seen = new Set([...this.#files.values()].map(({ key }) => key))
    const vanished = this.#cursors.filter((cursor) => !seen.has(toFileKey(cursor)))
    return sumUp([...this.#files.values()], {
      thorough: this.#options.thorough,
      vanished: { files: vanished.length, bytes: vanished.reduce((sum, { offset }) => sum + offset, 0) },
      repaired_files: repairedFiles,
    })
  }

  get #gaps(): readonly VerifiedFile[] {
    return [...this.#files.values()].filter(({ gap }) => gap !== null)
  }

  #add(file: VerifiedFile): void {
    this.#files.set(file.path, file)
  }

  #audit() {
    const { sources, fileWatcher } = this.#settings
    return auditTranscripts({
      sources,
      cursors: this.#cursors,
      inactivityTimeoutMs: fileWatcher.inactivityTimeoutSeconds * 1000,
      maxLineBytes: fileWatcher.maxLineBytes,
      unreadable: (path, error) => this.#add(unreadable(path, error)),
    })
  }
}

function unreadable(path: string, error: Error): VerifiedFile {
  const gap = { path, kind: 'unreadable', detail: `it cannot be looked into: ${error.message}` } as const
  const nothing = { size: 0, delivered: 0, skipped: {}, unread: 0, openLine: 0, checkedEvents: 0 }
  return { path, key: null, ...nothing, isRestarting: false, gap }
}
