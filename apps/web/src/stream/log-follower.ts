import { type EventFilter, LOG_START, type LogPosition, readLogEnd, type StoredEvent } from '@turnlog/database'
import { compareLogPositions } from '../api/cursor.ts'
import { DatabaseUnavailableError } from '../database/database-unavailable-error.ts'
import type { LogDatabase } from '../database/log-database.ts'
import { type EventTail, TAIL_PAGE } from './event-tail.ts'
import { formatEvent, formatPosition, formatState, type StreamState } from './frames.ts'
import { matchesFilter } from './matches-filter.ts'

export interface LogFollowerOptions {
  readonly database: LogDatabase
  readonly tail: EventTail
  /** Where to go on, exclusive; null for what is recorded from now on. */
  readonly from: LogPosition | null
  readonly filter: EventFilter
}

/** Characters that are handed on in one piece; a larger event is a piece of its own. */
const PIECE = 64 * 1024

/*
 *    ┌─────────── something new ───────────┐
 *    ▼                                     │
 * behind ─────────── nothing more ──────► live
 *    ▲ └── no answer ──► waiting ◄─────────┘
 *    └────── answer ────────┘
 */

/** One client's way along the log. Each event is given once; where it is does not depend on the others. */
export class LogFollower {
  readonly #options: LogFollowerOptions
  #position: LogPosition | null = null
  #state: StreamState = 'behind'
  #told: StreamState | null = null

  constructor(options: LogFollowerOptions) {
    this.#options = options
  }

  /** `behind` means: look again at once. */
  get state(): StreamState {
    return this.#state
  }

  /** Looks at what comes next. Says what the client is to be sent, often nothing; all of it has to be sent. */
  async look(): Promise<Iterable<string>> {
    try {
      if (this.#position === null) return [await this.#begin()]
      const events = await this.#options.tail.read(this.#position)
      if (events.length === 0) return this.#become('live')
      this.#position = events.at(-1) ?? this.#position
      return this.#toPieces(events, this.#position)
    } catch (error) {
      // What the database says meanwhile is told to the log by whoever listens to it.
      if (error instanceof DatabaseUnavailableError) return this.#become('waiting')
      throw error
    }
  }

  /** The place that a client that is cut off now comes back to. */
  place(): string {
    return this.#position === null ? '' : formatPosition(this.#position)
  }

  // The place is told at once: a client that is cut off before the first event comes back to it.
  async #begin(): Promise<string> {
    const { database, from } = this.#options
    if (from !== null && compareLogPositions(from, LOG_START) === 0) {
      this.#position = from
      return this.place()
    }
    const end = await database.use(readLogEnd)
    // A place behind the end is one of another log: the database was begun anew.
    const isLost = from !== null && compareLogPositions(from, end) > 0
    this.#position = from === null || isLost ? end : from
    return isLost ? formatState('reset') + this.place() : this.place()
  }

  #become(state: StreamState): readonly string[] {
    this.#state = state
    if (state === this.#told) return []
    this.#told = state
    return [formatState(state)]
  }

  *#toPieces(events: readonly StoredEvent[], reached: LogPosition): Generator<string> {
    // A client that is up to date stays so while new events come one by one.
    if (this.#told !== 'live' || events.length === TAIL_PAGE) yield* this.#become('behind')
    this.#state = 'behind'
    const { filter } = this.#options
    const chosen = events.filter((event) => matchesFilter(event, filter))
    let piece = ''
    for (const event of chosen) {
      piece += formatEvent(event)
      if (piece.length < PIECE) continue
      yield piece
      piece = ''
    }
    if (chosen.at(-1) !== events.at(-1)) piece += formatPosition(reached)
    if (piece !== '') yield piece
  }
}
