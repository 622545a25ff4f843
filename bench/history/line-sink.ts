import { closeSync, mkdirSync, openSync, utimesSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const FLUSH_AT = 1024 * 1024

/** One transcript that is being made. */
export class LineSink implements Disposable {
  readonly #path: string
  readonly #file: number
  #waiting: string[] = []
  #waitingLength = 0
  /** As of the last flush; close enough to know when a file is long enough. */
  bytes = 0
  lines = 0

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true })
    this.#path = path
    this.#file = openSync(path, 'w')
  }

  /** @param line without its line break */
  add(line: string): void {
    this.#waiting.push(line)
    this.#waitingLength += line.length + 1
    this.lines += 1
    if (this.#waitingLength > FLUSH_AT) this.flush()
  }

  get length(): number {
    return this.bytes + this.#waitingLength
  }

  flush(): void {
    if (this.#waiting.length === 0) return
    this.bytes += writeSync(this.#file, `${this.#waiting.join('\n')}\n`)
    this.#waiting = []
    this.#waitingLength = 0
  }

  /** @param time of the last change, in milliseconds since the epoch */
  finish(time: number): void {
    this.flush()
    utimesSync(this.#path, time / 1000, time / 1000)
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }
}
