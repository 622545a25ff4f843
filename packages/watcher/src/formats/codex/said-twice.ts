import type { JsonObject } from '../../json.ts'
import { digest } from '../digest.ts'

/** The records in which the same words are written: messages of the model, and two generations of events. */
export type Side = 'response' | 'event' | 'item'

/** Under whose name words stand. */
export type Speaker = 'user' | 'agent'

interface Unmatched extends JsonObject {
  readonly side: Side
  readonly speaker: Speaker
  readonly digest: string
  readonly record: number
}

interface SaidTwiceState {
  readonly record: number
  readonly speakers: readonly Speaker[]
  readonly unmatched: readonly Unmatched[]
}

/** The two records of one message are at most a few lines apart. */
const FARTHEST = 24
const MOST_UNMATCHED = 16

/**
 * Takes words once that are written twice. The rule, which needs no look ahead:
 *
 * 1. Events say what was said. Once a speaker was heard in an event, that speaker's `response_item` messages are
 *    copies of events, or injected context.
 * 2. Until then, and in files that have no events at all, the messages are what was said.
 * 3. Where the two overlap (the first prompt of a file is written as message first) the words count where they stand
 *    first, and the same words on another side within a few lines are their copy.
 */
export class SaidTwice {
  #record: number
  readonly #speakers: Set<Speaker>
  #unmatched: Unmatched[]

  constructor(state: JsonObject | null) {
    const { record = 0, speakers = [], unmatched = [] } = (state ?? {}) as unknown as Partial<SaidTwiceState>
    this.#record = record
    this.#speakers = new Set(speakers)
    this.#unmatched = [...unmatched]
  }

  /** To be called for every record, so that the distance between two is known. */
  nextRecord(): void {
    this.#record += 1
  }

  /** Tells whether words that stand on one side were already taken from another, or will be. */
  isCopy(side: Side, speaker: Speaker, text: string): boolean {
    if (side === 'response' && this.#speakers.has(speaker)) return true
    if (side !== 'response') this.#speakers.add(speaker)
    const name = digest(text.trim())
    const index = this.#unmatched.findIndex(
      (other) =>
        other.speaker === speaker &&
        other.side !== side &&
        other.digest === name &&
        this.#record - other.record <= FARTHEST,
    )
    if (index !== -1) {
      this.#unmatched.splice(index, 1)
      return true
    }
    this.#unmatched.push({ side, speaker, digest: name, record: this.#record })
    if (this.#unmatched.length > MOST_UNMATCHED) this.#unmatched.shift()
    return false
  }

  snapshot(): JsonObject {
    const near = this.#unmatched.filter((other) => this.#record - other.record <= FARTHEST)
    return { record: this.#record, speakers: [...this.#speakers], unmatched: near }
  }
}
