import type { ApiEvent } from '../../src/api/to-api-event.ts'
import { until } from './until.ts'

export interface Message {
  readonly id: string
  readonly data: ApiEvent
}

/** A client of the stream, as a browser is one: it remembers where it was, and can be cut off. */
export class StreamClient implements AsyncDisposable {
  readonly messages: Message[] = []
  readonly states: string[] = []
  heartbeats = 0
  lastEventId = ''
  status = 0
  readonly #hold: Promise<void>
  #cut = new AbortController()
  #reading: Promise<void> = Promise.resolve()

  /** @param hold reads nothing before it resolves */
  constructor(hold: Promise<void> = Promise.resolve()) {
    this.#hold = hold
  }

  get texts(): unknown[] {
    return this.messages.map(({ data }) => data.payload.text)
  }

  /** Opens the stream; again after it was cut off, from where it was. */
  async open(url: string): Promise<void> {
    this.#cut = new AbortController()
    const headers = this.lastEventId === '' ? {} : { 'Last-Event-ID': this.lastEventId }
    const response = await fetch(url, { headers, signal: this.#cut.signal })
    this.status = response.status
    this.#reading = this.#read(response).catch(() => {})
  }

  /** Waits until something of this client is as it should be. */
  async until(isRight: (client: this) => boolean, timeoutMs = 10_000): Promise<void> {
    await until(
      () => this,
      isRight,
      timeoutMs,
      () => JSON.stringify({ texts: this.texts.slice(-20), states: this.states, id: this.lastEventId }),
    )
  }

  /** Resolves when the server has ended the stream, or it was cut. */
  ended(): Promise<void> {
    return this.#reading
  }

  cut(): Promise<void> {
    this.#cut.abort()
    return this.#reading
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cut()
  }

  async #read(response: Response): Promise<void> {
    await this.#hold
    let text = ''
    for await (const chunk of (response.body ?? new Blob().stream()).pipeThrough(new TextDecoderStream())) {
      const blocks = (text + chunk).split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) this.#take(block)
    }
  }

  #take(block: string): void {
    const fields = new Map(block.split('\n').map((line) => [line.split(':', 1)[0], line.replace(/^[^:]*: ?/, '')]))
    this.lastEventId = fields.get('id') ?? this.lastEventId
    const data = fields.get('data')
    if (data === undefined) return
    if (fields.get('event') === 'heartbeat') this.heartbeats += 1
    else if (fields.get('event') === 'state') this.states.push(JSON.parse(data).state)
    else this.messages.push({ id: this.lastEventId, data: JSON.parse(data) })
  }
}
