import type { TrackedFile } from '../files/tracked-file.ts'

/** How many live segments go before one of history does, so that a file that never rests starves nobody. */
const LIVE_PER_HISTORY = 8

/**
 * Who is read next. Files that are being written come first, in the order in which they were heard of; behind them
 * history, newest first.
 */
export class ReadQueue {
  readonly #live = new Set<TrackedFile>()
  #history: TrackedFile[] = []
  #sorted = true
  #liveInARow = 0

  addLive(file: TrackedFile): void {
    file.queued = true
    this.#live.add(file)
  }

  addHistory(file: TrackedFile): void {
    if (file.queued) return
    file.queued = true
    this.#history.push(file)
    this.#sorted = false
  }

  /** The next file, which leaves the queue. */
  take(): TrackedFile | undefined {
    const [live] = this.#live
    if (live !== undefined && (this.#liveInARow < LIVE_PER_HISTORY || this.#history.length === 0)) {
      this.#liveInARow += 1
      this.#live.delete(live)
      live.queued = false
      return live
    }
    this.#liveInARow = 0
    return this.#takeHistory()
  }

  /** Puts a file of which there is more to read back to where it came from. */
  putBack(file: TrackedFile, wasLive: boolean): void {
    if (wasLive) this.addLive(file)
    if (file.queued) return
    file.queued = true
    // At the end, from where it is taken: one file of history is read through before the next is opened.
    this.#history.push(file)
  }

  #takeHistory(): TrackedFile | undefined {
    this.#sort()
    for (;;) {
      const file = this.#history.pop()
      // One that was heard of meanwhile is in the live queue, too; there it has its turn.
      if (file === undefined || !this.#live.has(file)) {
        if (file !== undefined) file.queued = false
        return file
      }
    }
  }

  #sort(): void {
    if (this.#sorted) return
    this.#history.sort((a, b) => a.mtimeMs - b.mtimeMs)
    this.#sorted = true
  }
}
