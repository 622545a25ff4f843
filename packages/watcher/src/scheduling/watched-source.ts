import { existsSync } from 'node:fs'
import { sep } from 'node:path'
import { formatOf } from '../formats/index.ts'
import type { SourceFolder } from '../formats/source-folders.ts'
import type { TranscriptFormat } from '../formats/transcript-format.ts'
import type { WatcherReport } from '../report.ts'

/**
 * As many looks that find what nobody told mean that the file system tells of nothing (network drives, some
 * containers). One or two can come before the first change event does.
 */
const UNTOLD_LOOKS = 3

/** A source folder: whether it is there, and whether the system tells of changes in it. */
export class WatchedSource {
  readonly root: string
  readonly format: TranscriptFormat
  readonly #isOptional: boolean
  readonly #report: WatcherReport
  #isMissing = false
  #isTold = false
  #untoldLooks = 0
  #lastUntoldLook = 0

  constructor({ agent, path, isOptional }: SourceFolder, report: WatcherReport) {
    this.root = path
    this.format = formatOf(agent)
    this.#isOptional = isOptional
    this.#report = report
  }

  get isMissing(): boolean {
    return this.#isMissing
  }

  /** Changes were found in it again and again, and no change event ever came. */
  get isSilent(): boolean {
    return !this.#isTold && this.#untoldLooks >= UNTOLD_LOOKS
  }

  holds(path: string): boolean {
    return path === this.root || path.startsWith(this.root + sep)
  }

  /** Looks whether it is there. Returns true if it has just appeared. */
  check(): boolean {
    const was = this.#isMissing
    this.#isMissing = !existsSync(this.root)
    if (was === this.#isMissing) return false
    if (!this.#isOptional && was) this.#report.sourceAppeared?.(this.root)
    if (!this.#isOptional && !was) this.#report.sourceMissing?.(this.root)
    return was
  }

  /** A change event came. */
  noteTold(): void {
    this.#isTold = true
  }

  /**
   * A change was found by looking, and no event had told of it.
   *
   * @param look the number of the look: what one look finds counts once, since events may be on their way
   */
  noteUntold(look: number): void {
    if (this.#isTold || this.#lastUntoldLook === look) return
    this.#lastUntoldLook = look
    this.#untoldLooks += 1
    if (this.#untoldLooks !== UNTOLD_LOOKS) return
    this.#report.hintsLost?.(new Error(`the file system of ${this.root} does not tell of changes`))
  }
}
