import { eventKey } from '@turnlog/schema'
import type { JsonObject } from '../../json.ts'
import { digest } from '../digest.ts'

interface TurnNamesState {
  readonly turn_id: string | null
  readonly ordinal: number
  readonly said: readonly string[]
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
const MOST_SAID = 100

/**
 * Gives turns a `turn_uuid`. Entries of a rollout carry no id; the name is made of what a fork copies unchanged, so
 * that the copy of a turn has the same name as the original: the id of the exchange it belongs to and the words, or,
 * in versions without such ids, the session in which it was said first, its number there and the words.
 */
export class TurnNames {
  #turnId: string | null
  #ordinal: number
  /** What was said in this exchange, to tell the same words said twice apart. */
  #said: string[]

  constructor(state: JsonObject | null) {
    const saved = (state ?? {}) as unknown as Partial<TurnNamesState>
    this.#turnId = saved.turn_id ?? null
    this.#ordinal = saved.ordinal ?? 0
    this.#said = [...(saved.said ?? [])]
  }

  /** How many turns have got a name. */
  get count(): number {
    return this.#ordinal
  }

  /** An exchange of prompt and answers begins, or goes on. */
  observeTurn(turnId: string | null): void {
    if (turnId === this.#turnId) return
    this.#turnId = turnId
    this.#said = []
  }

  /** @param origin the session in which the words were said first */
  next(origin: string, actor: string, text: string): string {
    const ordinal = String(this.#ordinal++)
    if (this.#turnId === null) return eventKey('codex_turn', [origin, ordinal, actor, text])
    const said = digest(`${actor} ${text}`)
    const times = this.#said.filter((other) => other === said).length
    this.#said.push(said)
    if (this.#said.length > MOST_SAID) this.#said.shift()
    const scope = UUID.test(this.#turnId) ? this.#turnId : `${origin} ${this.#turnId}`
    return eventKey('codex_turn', [scope, String(times), actor, text])
  }

  snapshot(): JsonObject {
    return { turn_id: this.#turnId, ordinal: this.#ordinal, said: this.#said }
  }
}
