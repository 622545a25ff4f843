import { formatBytes, formatCount, formatDuration } from './format-amount.ts'

/** How far the reading of what is on disk has come. */
export interface ImportFacts {
  readonly files: number
  readonly filesCaughtUp: number
  readonly bytesTotal: number
  readonly bytesBehind: number
}

/** An import shorter than this needs no progress. */
const WORTH_SHOWING_BYTES = 1_000_000

/**
 * Follows the first reading of what has piled up: from when the watcher knows how much there is, until it has caught
 * up. Says how far it is, how fast, and how long it will take.
 */
export class ImportProgress {
  #begun: { readonly at: number; readonly behind: number } | null = null
  #bytesRead = 0
  #finished = false

  /** @returns what to show now; null when there is nothing to show (any more) */
  update(facts: ImportFacts, now: number): string | null {
    if (this.#finished) return null
    if (this.#begun === null) {
      if (facts.bytesBehind < WORTH_SHOWING_BYTES) return null
      this.#begun = { at: now, behind: facts.bytesBehind }
    }
    this.#bytesRead = Math.max(this.#bytesRead, this.#begun.behind - facts.bytesBehind)
    this.#finished = facts.bytesBehind === 0
    return describe(facts, this.#bytesRead, this.#begun.behind, now - this.#begun.at)
  }

  /** It has begun, and is over. */
  get isFinished(): boolean {
    return this.#finished
  }
}

function describe(facts: ImportFacts, bytesRead: number, bytesToRead: number, elapsedMs: number): string {
  const share = Math.min(1, bytesRead / bytesToRead)
  const rate = elapsedMs > 0 ? (bytesRead / elapsedMs) * 1000 : 0
  const left = rate > 0 ? formatDuration(((bytesToRead - bytesRead) / rate) * 1000) : 'unknown'
  return [
    `importing history ${String(Math.floor(share * 100)).padStart(3)} %`,
    `${formatBytes(bytesRead)} of ${formatBytes(bytesToRead)}`,
    `${facts.filesCaughtUp.toLocaleString('en-US')} of ${formatCount(facts.files, 'file')}`,
    `${formatBytes(rate)}/s`,
    `${left} left`,
  ].join(' · ')
}
