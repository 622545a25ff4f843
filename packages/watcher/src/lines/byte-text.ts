import { isAscii } from 'node:buffer'

/** Bytes that hold lines, together with the same as a string that has a character for each byte. */
export class ByteText {
  readonly bytes: Buffer
  readonly text: string
  /** Whether all of it is ASCII, so that text and bytes say the same in every line of it. */
  readonly isAscii: boolean

  constructor(bytes: Buffer) {
    this.bytes = bytes
    this.text = bytes.toString('latin1')
    this.isAscii = isAscii(bytes)
  }

  /** The stretch `[start, end)`, of which nothing is copied. */
  line(start: number, end: number): RawLine {
    return new RawLine(this, start, end)
  }

  /** All of it, as one line. */
  whole(): RawLine {
    return new RawLine(this, 0, this.bytes.length)
  }
}

/** A line as it stands in a file, without what ends it. Good for as long as the bytes it was cut from stay as they are. */
export class RawLine {
  readonly #source: ByteText
  readonly #start: number
  readonly #end: number

  constructor(source: ByteText, start: number, end: number) {
    this.#source = source
    this.#start = start
    this.#end = end
  }

  /** In bytes. */
  get length(): number {
    return this.#end - this.#start
  }

  /** A character for each byte. */
  get text(): string {
    return this.#source.text.slice(this.#start, this.#end)
  }

  get bytes(): Buffer {
    return this.#source.bytes.subarray(this.#start, this.#end)
  }

  /** Whether everything around the line is ASCII, which costs nothing to ask. False says nothing about the line. */
  get isAmongAscii(): boolean {
    return this.#source.isAscii
  }
}
