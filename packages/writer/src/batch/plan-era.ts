import type { CursorStep } from './cursor-step.ts'

const FEW_FILES = 64

/**
 * Counts the files that were begun, and with each doubling of their number begins a new era: plans that were made for a
 * small table of cursors are not kept for a large one.
 */
export class PlanEra {
  #begun = 0

  get current(): number {
    return Math.floor(Math.log2(1 + this.#begun / FEW_FILES))
  }

  count(steps: readonly CursorStep[]): void {
    for (const step of steps) if (step.from_offset === 0) this.#begun += 1
  }
}
