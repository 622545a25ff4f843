import type { TurnKind } from '@turnlog/schema'
import type { JsonObject } from '../../json.ts'
import { digest } from '../digest.ts'

/** Something that was typed while the agent worked, or a notification that waits with it. */
export interface QueuedWords extends JsonObject {
  readonly text: string
  readonly kind: TurnKind | 'notification'
  /** Where it was enqueued: its identity, since queue operations carry no uuid. */
  readonly offset: number
  readonly timestamp: string | null
}

interface QueueState {
  readonly waiting: readonly QueuedWords[]
  readonly absorbed: readonly string[]
}

/** A queue is emptied whenever the agent comes to rest; more than this was left behind by sessions that were killed. */
const MOST_WAITING = 100
const MOST_ABSORBED = 20

/*
 * enqueue ──► waiting ──remove───► absorbed: sent with the next tool result, and a turn
 *                │ │                  └── a user line or attachment says the same before the agent's next message:
 *                │ │                      the same turn once more
 *                │ └─────popAll──► back in the editor: no turn
 *                └──dequeue, or a user line that says the same──► that line is the turn
 */

/**
 * Follows what is typed while the agent works. Most of it is written nowhere else in the file; the rest is written
 * once more as a line of its own.
 */
export class SteeringQueue {
  #waiting: QueuedWords[]
  #absorbed: string[]

  constructor(state: JsonObject | null) {
    const { waiting = [], absorbed = [] } = (state ?? {}) as unknown as Partial<QueueState>
    this.#waiting = [...waiting]
    this.#absorbed = [...absorbed]
  }

  enqueue(words: QueuedWords): void {
    // The same operation can be written twice, to the byte.
    if (this.#waiting.some((other) => other.text === words.text && other.timestamp === words.timestamp)) return
    this.#waiting.push(words)
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift()
  }

  /**
   * What a `remove` sent to the agent; null where nothing waits. Older versions do not say what they remove. It is
   * the human's oldest words then: notifications are seen to be enqueued and never removed.
   */
  remove(text: string | undefined): QueuedWords | null {
    const index = this.#waiting.findIndex((words) =>
      text === undefined ? words.kind !== 'notification' : isSame(words.text, text),
    )
    const [words] = index === -1 ? [] : this.#waiting.splice(index, 1)
    if (words === undefined || words.kind === 'notification') return null
    this.absorb(words.text)
    return words
  }

  /** Remembers words that are a turn now, in case that they are written again. */
  absorb(text: string): void {
    this.#absorbed.push(digest(text.trim()))
    if (this.#absorbed.length > MOST_ABSORBED) this.#absorbed.shift()
  }

  /** Sent as a line of its own, which is the turn. */
  dequeue(text: string | undefined): void {
    const index = text === undefined ? 0 : this.#waiting.findIndex((words) => isSame(words.text, text))
    if (index !== -1) this.#waiting.splice(index, 1)
  }

  dequeueNotification(): void {
    const index = this.#waiting.findIndex((words) => words.kind === 'notification')
    if (index !== -1) this.#waiting.splice(index, 1)
  }

  retractAll(): void {
    this.#waiting = []
  }

  /**
   * Words have come as a line of their own. Tells whether they are a turn already; if they waited, they do no longer.
   *
   * @param isPrompt a prompt that was sent while the agent rested: then nothing can be waiting any more
   */
  meet(text: string, isPrompt: boolean): 'turn' | 'duplicate' {
    if (this.#absorbed.length > 0) {
      const index = this.#absorbed.indexOf(digest(text.trim()))
      if (index !== -1) {
        this.#absorbed.splice(index, 1)
        return 'duplicate'
      }
    }
    const waiting = this.#waiting.findIndex((words) => isSame(words.text, text))
    if (waiting !== -1) this.#waiting.splice(waiting, 1)
    else if (isPrompt) this.#waiting = []
    return 'turn'
  }

  /** The agent's next message begins: it has what was absorbed, and the same words are a new turn from here on. */
  forgetAbsorbed(): void {
    if (this.#absorbed.length > 0) this.#absorbed = []
  }

  snapshot(): JsonObject | null {
    if (this.#waiting.length === 0 && this.#absorbed.length === 0) return null
    return { waiting: [...this.#waiting], absorbed: [...this.#absorbed] }
  }
}

function isSame(a: string, b: string): boolean {
  return a === b || a.trim() === b.trim()
}
