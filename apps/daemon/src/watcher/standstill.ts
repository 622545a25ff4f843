import type { WatcherStatus } from '@turnlog/watcher'

/** Bytes may wait this long without any commit; more, and something is wrong, whatever everybody else says. */
const PATIENCE_MS = 5_000

/** Finds out when bytes are waiting and nothing is committed. */
export class Standstill {
  #committed = -1
  #movedAt = 0

  /** @returns the time of the last progress (milliseconds since the epoch), once that is too long ago; else null */
  look({ bytesBehind, bytesCommitted }: Pick<WatcherStatus, 'bytesBehind' | 'bytesCommitted'>, now: number) {
    if (bytesBehind === 0 || bytesCommitted !== this.#committed) this.#movedAt = now
    this.#committed = bytesCommitted
    return now - this.#movedAt > PATIENCE_MS ? this.#movedAt : null
  }
}
