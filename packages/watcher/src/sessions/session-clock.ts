import { type Agent, type EventInput, eventKey } from '@turnlog/schema'
import type { JsonObject } from '../json.ts'

/** What a session clock remembers between two reads. Times are ISO 8601, as the transcript has them. */
interface SessionClockState {
  readonly session_uuid: string | null
  /** First and last sign of life of the stretch that is going on. */
  readonly first: string | null
  readonly last: string | null
  /** The stretch was already said to have ended. */
  readonly ended: boolean
}

/*
 *            entry                 silence > timeout
 * (unseen) ─────────► going on ───────────────────────► ended
 *                        ▲  │                              │
 *                        │  └─ entry after such a silence: │ later entry
 *                        │     ends the old stretch first  │
 *                        └──────────────◄──────────────────┘
 */

/**
 * Follows one transcript's signs of life and says when its session ended by inactivity. The end is told from the
 * entries' own times, so history that is read years later yields the same events as a session that was watched.
 */
export class SessionClock {
  readonly #agent: Agent
  readonly #timeoutMs: number
  #session: string | null = null
  #first: string | null = null
  #last: string | null = null
  #lastMs = Number.NEGATIVE_INFINITY
  #ended = false

  constructor(options: { readonly agent: Agent; readonly timeoutMs: number; readonly state: JsonObject | null }) {
    this.#agent = options.agent
    this.#timeoutMs = options.timeoutMs
    if (options.state !== null) this.#restore(options.state as unknown as SessionClockState)
  }

  /** Takes note of the session's name; until it is known, nothing can end. */
  register(sessionUuid: string): void {
    this.#session ??= sessionUuid
  }

  /** A sign of life. Returns the end of the stretch before, if the silence in between was long enough for one. */
  observe(timestamp: string): EventInput | null {
    const now = Date.parse(timestamp)
    const ending = this.tick(now)
    // Entries are not sorted by time: a tool's result can carry an earlier one than the hook before it.
    if (now <= this.#lastMs) return ending
    if (this.#ended || this.#first === null) this.#first = timestamp
    this.#last = timestamp
    this.#lastMs = now
    this.#ended = false
    return ending
  }

  /** Time has passed. Returns the session's end if its silence is now longer than the timeout; once per stretch. */
  tick(now: number): EventInput | null {
    const due = this.dueAt
    if (due === null || now <= due || this.#session === null || this.#last === null) return null
    this.#ended = true
    return {
      event_type: 'session_ended',
      event_key: eventKey('session_ended', [this.#agent, this.#session, this.#last]),
      timestamp: this.#last,
      payload: {
        session_uuid: this.#session,
        reason: 'timeout',
        duration_seconds: Math.max(0, this.#lastMs - Date.parse(this.#first ?? this.#last)) / 1000,
      },
    }
  }

  /** When the session ends if nothing more comes, in milliseconds since the epoch; null if only an entry matters. */
  get dueAt(): number | null {
    return this.#session === null || this.#last === null || this.#ended ? null : this.#lastMs + this.#timeoutMs
  }

  snapshot(): JsonObject {
    return { session_uuid: this.#session, first: this.#first, last: this.#last, ended: this.#ended }
  }

  #restore(state: SessionClockState): void {
    this.#session = state.session_uuid
    this.#first = state.first
    this.#last = state.last
    if (state.last !== null) this.#lastMs = Date.parse(state.last)
    this.#ended = state.ended
  }
}
