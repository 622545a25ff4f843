import { once } from 'node:events'

/** Standard output whose reader may go away (`| head`), which ends what it is written by, quietly. */
export class QuietOutput {
  readonly #stream: NodeJS.WriteStream
  readonly #stop: AbortController

  constructor(stream: NodeJS.WriteStream, stop: AbortController) {
    this.#stream = stream
    this.#stop = stop
    stream.on('error', () => stop.abort())
  }

  /** Resolves when there is room for more, so that a slow reader costs no memory. */
  async write(text: string): Promise<void> {
    const { signal } = this.#stop
    if (signal.aborted || this.#stream.write(text)) return
    await once(this.#stream, 'drain', { signal }).catch(() => {})
  }
}
