const NEWLINE = 0x0a

/** Lines that were completed by a piece of a stream. */
export interface JoinedLines {
  /** Up to and with the newline of the last complete line. */
  readonly bytes: Buffer
  /** How many bytes of the first line stood before `bytes` and were not kept, since it is too long. */
  readonly dropped: number
}

/**
 * Puts lines together that come in pieces. Of a line that grows too long only the end is kept, so that it can be
 * counted and marked without being held.
 */
export class LineJoiner {
  readonly #maxLineBytes: number
  readonly #keptBytes: number
  #held: Buffer[] = []
  #heldBytes = 0
  #dropped = 0

  /** @param keptBytes how much of the end of a too long line is kept */
  constructor(options: { readonly maxLineBytes: number; readonly keptBytes: number }) {
    this.#maxLineBytes = options.maxLineBytes
    this.#keptBytes = options.keptBytes
  }

  /** What follows the last newline so far; null if it was too long to be kept. */
  get rest(): Buffer | null {
    return this.#dropped > 0 ? null : Buffer.concat(this.#held)
  }

  /** Takes the next piece. Returns the lines that are complete with it, if there are any. */
  add(piece: Buffer): JoinedLines | null {
    const end = piece.lastIndexOf(NEWLINE) + 1
    if (end === 0) {
      this.#hold(piece)
      return null
    }
    const lines = { bytes: this.#join(piece.subarray(0, end)), dropped: this.#dropped }
    this.#held = []
    this.#heldBytes = 0
    this.#dropped = 0
    this.#hold(piece.subarray(end))
    return lines
  }

  #join(bytes: Buffer): Buffer {
    return this.#held.length === 0 ? bytes : Buffer.concat([...this.#held, bytes])
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
    if (this.#heldBytes <= this.#maxLineBytes) return
    const end = Buffer.from(Buffer.concat(this.#held).subarray(-this.#keptBytes))
    this.#dropped += this.#heldBytes - end.length
    this.#held = [end]
    this.#heldBytes = end.length
  }
}
