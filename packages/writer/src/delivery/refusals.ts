import { toFileKey } from '../batch/batch.ts'
import type { CursorStep } from '../batch/cursor-step.ts'
import type { Segment } from '../segment.ts'

/**
 * The files whose cursor the database refused. Segments that follow a refused one are refused, too, because the cursor
 * cannot be where they start; otherwise they would look as if another watcher had moved it.
 */
export class Refusals {
  readonly #refused = new Map<string, { readonly step: CursorStep; readonly reason: string }>()

  record(step: CursorStep, reason: string): void {
    this.#refused.set(toFileKey(step), { step, reason })
  }

  /** Why a segment is refused without an attempt; null if it is not. */
  reasonFor({ from, cursor }: Segment): string | null {
    const refusal = this.#refused.get(toFileKey(cursor.file))
    if (refusal === undefined || cursor.generation !== refusal.step.generation) return null
    return from >= refusal.step.from_offset ? refusal.reason : null
  }

  /** A segment that starts where the refused one started is a new attempt, and ends the refusal. */
  endIfRetried({ from, cursor }: Segment): void {
    const file = toFileKey(cursor.file)
    if (this.#refused.get(file)?.step.from_offset === from) this.#refused.delete(file)
  }
}
