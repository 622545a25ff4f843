import { NO_WRITES, type WriterHealth } from '@turnlog/health'
import type { WriterStatus } from '@turnlog/writer'

/**
 * The counts of all watchers that the daemon has had. Each of them counts from zero; what waits (pending, spooled) is
 * only that of the last one.
 */
export class WriterTotals {
  #before: WriterHealth = NO_WRITES
  #current: WriterHealth = NO_WRITES

  get health(): WriterHealth {
    return this.#current
  }

  update(status: WriterStatus): void {
    const before = this.#before
    this.#current = {
      last_write_timestamp: status.last_write_timestamp ?? before.last_write_timestamp,
      failed_write_count: before.failed_write_count + status.failed_write_count,
      written_count: before.written_count + status.written_count,
      duplicate_count: before.duplicate_count + status.duplicate_count,
      rejected_count: before.rejected_count + status.rejected_count,
      retry_count: before.retry_count + status.retry_count,
      dead_letter_count: before.dead_letter_count + status.dead_letter_count,
      pending_count: status.pending_count,
      spooled_count: status.spooled_count,
    }
  }

  /** The watcher is gone, and the next one counts from zero. */
  carryOver(): void {
    this.#current = { ...this.#current, pending_count: 0 }
    this.#before = this.#current
  }
}
