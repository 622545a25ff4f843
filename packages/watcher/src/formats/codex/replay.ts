import type { JsonObject } from '../../json.ts'
import { toText, type UnknownObject } from '../values.ts'
import { uuidTime } from './uuid-time.ts'

interface ReplayState {
  readonly chain: readonly string[]
  readonly origin: string | null
  readonly began: number | null
  readonly previous: number | null
  readonly timed: boolean
}

/** How many sessions a chain of forks has at most; each is kept in the cursor. */
const MOST_SESSIONS = 100

/** A replay is written in one go; a human needs longer than this to say something new. */
const LONGEST_PAUSE_MS = 5000

/*
 * own session_meta ──another session's session_meta, before anything was said──► replaying
 * replaying ──a turn id made after this session began, or a pause──► own
 */

/**
 * Tells which session an entry was first written in. A fork or a subagent begins with a copy of its parent's history,
 * `session_meta` included, and with its ancestors' history if the parent was a fork itself. Nothing marks the end of
 * the copy:
 *
 * - Turn ids are copied as they are. Where they tell their time (UUID v7), that says whose turn it is.
 * - Otherwise the copy ends at the first pause: it is written in one go, with new timestamps in some versions and
 *   with old ones in others.
 */
export class Replay {
  /** This session, then the others in the order of their appearance: the farthest ancestor last. */
  #chain: string[]
  #origin: string | null
  #began: number | null
  #previous: number | null
  #timed: boolean

  constructor(state: JsonObject | null) {
    const saved = (state ?? {}) as unknown as Partial<ReplayState>
    this.#chain = [...(saved.chain ?? [])]
    this.#origin = saved.origin ?? null
    this.#began = saved.began ?? null
    this.#previous = saved.previous ?? null
    this.#timed = saved.timed ?? false
  }

  /** The session that an entry is a copy from; null for this session's own entries. */
  get origin(): string | null {
    return this.#origin
  }

  /** A `session_meta`. The first one is this session's own. */
  observeSession(id: string, timestamp: string | null, isAnythingSaid: boolean): void {
    if (this.#chain.includes(id) || this.#chain.length >= MOST_SESSIONS) return
    if (this.#chain.length === 0) this.#began = timestamp === null ? null : Date.parse(timestamp)
    else if (isAnythingSaid && this.#origin === null) return
    else this.#origin = id
    this.#chain.push(id)
    this.#previous = this.#began
  }

  /** Any entry, with its own time. */
  observeTime(timestamp: string): void {
    if (this.#origin === null || this.#timed) return
    const now = Date.parse(timestamp)
    const previous = this.#previous ?? now
    this.#previous = now
    const began = this.#began ?? now
    if (now - previous > LONGEST_PAUSE_MS && now >= began) this.#origin = null
  }

  /** A record that begins a turn, or tells about one. */
  observeTurn(payload: UnknownObject): void {
    if (this.#origin === null) return
    const made = uuidTime(toText(payload.turn_id) ?? '')
    if (made === null) return
    const [own, ...ancestors] = this.#chain
    const ownTime = uuidTime(own ?? '')
    if (ownTime === null) return
    this.#timed = true
    if (made >= ownTime) this.#origin = null
    else this.#origin = ancestors.find((id) => (uuidTime(id) ?? 0) <= made) ?? this.#origin
  }

  snapshot(): JsonObject {
    return {
      chain: this.#chain,
      origin: this.#origin,
      began: this.#began,
      previous: this.#previous,
      timed: this.#timed,
    }
  }
}
