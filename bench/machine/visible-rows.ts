import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchDatabase } from './bench-server.ts'

export interface VisibleRowsOptions {
  readonly table: string
  /** The expression that names a row. */
  readonly key: string
  readonly onRow: (key: string) => void
}

/** Ids that are missing for longer belong to rows that were never committed. */
const GAP_MS = 3_000
const PAUSE_MS = 1

/**
 * Looks from a connection of its own, a thousand times a second at most, for rows that it has not seen. Rows become
 * visible in another order than that of their ids, so ids that were passed over are asked for again.
 */
export class VisibleRows implements AsyncDisposable {
  readonly #options: VisibleRowsOptions
  readonly #gaps = new Map<number, number>()
  readonly #looking: Promise<void>
  #last = 0
  #stopped = false

  constructor(database: BenchDatabase, options: VisibleRowsOptions) {
    this.#options = options
    this.#looking = this.#look(database)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    await this.#looking
  }

  async #look({ connection }: BenchDatabase): Promise<void> {
    const { table, key } = this.#options
    const text = `select id::float8 as id, ${key} as key from ${table} where id > $1 or id = any($2::bigint[]) order by id`
    const client = await connection.openClient()
    while (!this.#stopped) {
      const { rows } = await client.query({ name: 'look', text, values: [this.#last, [...this.#gaps.keys()]] })
      for (const { id, key } of rows) this.#see(id, key)
      this.#forgetOldGaps()
      await sleep(PAUSE_MS)
    }
    await client.end()
  }

  #see(id: number, key: string): void {
    if (!this.#gaps.delete(id)) {
      for (let passed = this.#last + 1; passed < id; passed += 1) this.#gaps.set(passed, performance.now())
      this.#last = id
    }
    this.#options.onRow(key)
  }

  #forgetOldGaps(): void {
    const before = performance.now() - GAP_MS
    for (const [id, since] of this.#gaps) if (since < before) this.#gaps.delete(id)
  }
}
