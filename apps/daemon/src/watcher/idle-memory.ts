import { getHeapStatistics } from 'node:v8'
import type { WatcherStatus } from '@turnlog/watcher'

/** Two looks without a commit: nothing is going on that a pause of some ten milliseconds could hold up. */
const QUIET_LOOKS = 2

/** Less is not worth the pause. */
const WORTH_BYTES = 8_000_000

/** The collector of `--expose-gc`; see https://github.com/v8/v8/blob/main/src/extensions/gc-extension.cc. */
type Collect = (options: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void

/**
 * Gives the memory back that an import took. V8 keeps what its heap once had: it collects when it needs room, and a
 * watcher that is idle needs none.
 */
export class IdleMemory {
  readonly #collect = (globalThis as { gc?: Collect }).gc
  #committed = -1
  #quiet = 0
  #kept = 0

  look({ bytesBehind, bytesCommitted }: Pick<WatcherStatus, 'bytesBehind' | 'bytesCommitted'>): void {
    const isQuiet = bytesBehind === 0 && bytesCommitted === this.#committed
    this.#committed = bytesCommitted
    this.#quiet = isQuiet ? this.#quiet + 1 : 0
    if (this.#quiet === QUIET_LOOKS) this.#trim()
  }

  #trim(): void {
    if (this.#collect === undefined || heapBytes() < this.#kept + WORTH_BYTES) return
    this.#collect({ type: 'major', flavor: 'last-resort' })
    this.#kept = heapBytes()
  }
}

function heapBytes(): number {
  return getHeapStatistics().total_heap_size
}
