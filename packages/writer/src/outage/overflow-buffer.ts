import { toError } from '../delivery/classify-error.ts'
import type { EventRequest } from '../intake/write-request.ts'
import type { WriterReport } from '../report.ts'
import type { KeptIn } from '../results.ts'
import type { Spool } from './spool/spool.ts'

/** Most characters of events that may wait in memory while the spool takes no more. */
const MAX_BUFFERED_CHARS = 32 * 1024 * 1024

/** Keeps events that cannot be written now and have no file from which they could be read again. */
export class OverflowBuffer {
  readonly #spool: Spool | null
  readonly #report: WriterReport
  #buffered: EventRequest[] = []
  #bufferedChars = 0

  constructor(spool: Spool | null, report: WriterReport) {
    this.#spool = spool
    this.#report = report
  }

  /**
   * Stores events in the spool. If the spool takes no more, they are buffered in memory without an answer, so the
   * callers wait. Events that do not fit there either are kept nowhere.
   *
   * @returns where they are; null for buffered ones
   */
  async store(requests: readonly EventRequest[]): Promise<KeptIn | null> {
    if (this.#spool === null) return 'nowhere'
    const error = await this.#append(this.#spool, requests)
    if (error === null) return 'spool'
    this.#report.spoolUnusable({ directory: this.#spool.directory, error })
    return this.#buffer(requests) ? null : 'nowhere'
  }

  /** Takes the buffered events out. */
  drain(): readonly EventRequest[] {
    const buffered = this.#buffered
    this.#buffered = []
    this.#bufferedChars = 0
    return buffered
  }

  async #append(spool: Spool, requests: readonly EventRequest[]): Promise<Error | null> {
    try {
      await spool.append(requests.map((request) => request.rows[0]))
      return null
    } catch (thrown) {
      return toError(thrown)
    }
  }

  #buffer(requests: readonly EventRequest[]): boolean {
    const size = requests.reduce((total, request) => total + request.size, 0)
    if (this.#bufferedChars + size > MAX_BUFFERED_CHARS) return false
    this.#buffered.push(...requests)
    this.#bufferedChars += size
    return true
  }
}
