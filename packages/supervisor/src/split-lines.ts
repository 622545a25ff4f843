const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d

export interface LineSink {
  /** One line without its end; `cut` when only its beginning is given. */
  line(text: string, cut: boolean): void
  /** A line that was cut has ended: so many bytes of it were left out. */
  cut(bytes: number): void
}

export interface LineSplitter {
  /** The chunk may be reused afterwards: what is kept of it is copied. */
  push(chunk: Uint8Array): void
  /** Hands out what stands after the last newline. */
  end(): void
}

/**
 * Makes lines of bytes. Holds at most `maxBytes`: of a longer line, the beginning is handed out at once and the rest
 * counted. Splits before it decodes, so no character is torn; bytes that are not UTF-8 become U+FFFD.
 */
export function createLineSplitter(maxBytes: number, sink: LineSink): LineSplitter {
  let kept: Buffer[] = []
  let keptBytes = 0
  let leftOut: number | null = null

  const handOut = (cut: boolean): void => {
    const bytes = kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept, keptBytes)
    kept = []
    keptBytes = 0
    sink.line(decode(cut ? withoutTornCharacter(bytes) : bytes), cut)
  }

  const keep = (part: Buffer): void => {
    if (leftOut !== null) {
      leftOut += part.length
      return
    }
    const room = maxBytes - keptBytes
    const fits = part.subarray(0, room)
    if (fits.length > 0) kept.push(Buffer.from(fits))
    keptBytes += fits.length
    if (part.length <= room) return
    handOut(true)
    leftOut = part.length - room
  }

  const endLine = (): void => {
    if (leftOut === null) handOut(false)
    else sink.cut(leftOut)
    leftOut = null
  }

  return {
    push: (chunk) => {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      let start = 0
      for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, start)) {
        keep(bytes.subarray(start, at))
        endLine()
        start = at + 1
      }
      if (start < bytes.length) keep(bytes.subarray(start))
    },
    end: () => {
      if (keptBytes > 0 || leftOut !== null) endLine()
    },
  }
}

function decode(bytes: Buffer): string {
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length
  return bytes.toString('utf8', 0, end)
}

/** Leaves out the bytes of a last UTF-8 character that is not complete. */
function withoutTornCharacter(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number
    if (byte < 0x80) return bytes
    if (byte >= 0xc0) return back < lengthOfCharacter(byte) ? bytes.subarray(0, -back) : bytes
  }
  return bytes
}

function lengthOfCharacter(firstByte: number): number {
  if (firstByte >= 0xf0) return 4
  return firstByte >= 0xe0 ? 3 : 2
}
