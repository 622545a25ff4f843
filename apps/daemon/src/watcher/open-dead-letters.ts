import { type Connection, countOpenDeadLetters } from '@turnlog/database'

const INTERVAL_MS = 5_000

/** Counts the dead letters that a person has to look at. Other processes write and accept them, so it polls. */
export class OpenDeadLetters implements AsyncDisposable {
  readonly #db: Connection['db']
  readonly #host: string
  readonly #timer: NodeJS.Timeout
  #counting: Promise<void> = Promise.resolve()
  #count = 0

  constructor(db: Connection['db'], host: string) {
    this.#db = db
    this.#host = host
    this.#update()
    this.#timer = setInterval(() => this.#update(), INTERVAL_MS)
    this.#timer.unref()
  }

  /** As of the last count. */
  get count(): number {
    return this.#count
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#counting
  }

  #update(): void {
    this.#counting = countOpenDeadLetters(this.#db, this.#host).then(
      (count) => {
        this.#count = count
      },
      // Without the database the last count stays. The outage itself is reported by the writer.
      () => {},
    )
  }
}
