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
/** Sooner than this, how long it will take is a guess. */
const KNOWN_AFTER_MS = 500
const BAR_WIDTH = 24

/**
 * Follows the first reading of what has piled up: from when the watcher knows how much there is, until it has caught
 * up. Says how far it is, and how long it will take.
 */
export class ImportProgress {
  #begun: { readonly at: number; readonly behind: number } | null = null
  #bytesRead = 0
  #tookMs: number | null = null

  /** @returns what to show now; null when there is nothing to show (any more) */
  update(facts: ImportFacts, now: number): string | null {
    if (this.#tookMs !== null) return null
    if (this.#begun === null) {
      if (facts.bytesBehind < WORTH_SHOWING_BYTES) return null
      this.#begun = { at: now, behind: facts.bytesBehind }
    }
    this.#bytesRead = Math.max(this.#bytesRead, this.#begun.behind - facts.bytesBehind)
    if (facts.bytesBehind === 0) this.#tookMs = now - this.#begun.at
    return describe(facts, this.#bytesRead, this.#begun.behind, now - this.#begun.at)
  }

  /** It has begun, and is over. */
  get isFinished(): boolean {
    return this.#tookMs !== null
  }

  /** In one line, once it is over. @param events that were written meanwhile */
  summarise({ files, bytesTotal }: ImportFacts, events: number | null): string {
    const what = `${formatCount(files, 'file')} (${formatBytes(bytesTotal)}) in ${formatDuration(this.#tookMs ?? 0)}`
    return `history is imported: ${events === null ? '' : `${formatCount(events, 'event')} from `}${what}`
  }
}

function describe(facts: ImportFacts, bytesRead: number, bytesToRead: number, elapsedMs: number): string {
  const share = Math.min(1, bytesRead / bytesToRead)
  const leftMs = share > 0 ? (elapsedMs / share) * (1 - share) : 0
  return [
    `importing history ${drawBar(share)} ${String(Math.floor(share * 100)).padStart(3)} %`,
    `${formatBytes(bytesRead)} of ${formatBytes(bytesToRead)}`,
    `${facts.filesCaughtUp.toLocaleString('en-US')} of ${formatCount(facts.files, 'file')}`,
    ...(elapsedMs > KNOWN_AFTER_MS && bytesRead > 0 ? [`${describeLeft(leftMs)} left`] : []),
  ].join(' · ')
}

/** Whole seconds: fractions of them would only flicker. */
function describeLeft(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000)
}

function drawBar(share: number): string {
  const full = Math.round(share * BAR_WIDTH)
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full)
}
