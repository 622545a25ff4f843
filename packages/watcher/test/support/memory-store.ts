import type { FileCursor, Segment } from '../../src/index.ts'

/**
 * Stands in for the database where a test is about reading: takes a segment only if it follows from the stored
 * cursor, keeps each event once, and holds every segment to its account.
 */
export class MemoryStore {
  readonly #cursors = new Map<string, FileCursor>()
  readonly #events = new Map<string, Segment['events'][number]>()
  readonly segments: Segment[] = []
  /** Set to make deliveries wait. */
  gate: Promise<void> = Promise.resolve()

  async deliver(segment: Segment): Promise<{ readonly status: 'committed' }> {
    await this.gate
    this.#check(segment)
    this.segments.push(segment)
    this.#cursors.set(keyOf(segment.cursor), segment.cursor)
    for (const item of segment.events) {
      const key = item.event.event_key as string
      if (!this.#events.has(key)) this.#events.set(key, item)
    }
    return { status: 'committed' }
  }

  /** What a new watcher would be given, after a trip through JSON as the database makes it. */
  cursors(): readonly FileCursor[] {
    return JSON.parse(JSON.stringify([...this.#cursors.values()])) as FileCursor[]
  }

  /** The texts of all turns, in order of arrival. */
  texts(): readonly string[] {
    return [...this.#events.values()].flatMap(({ event }) =>
      event.event_type === 'turn_detected' ? [event.payload.text] : [],
    )
  }

  keys(): readonly string[] {
    return [...this.#events.keys()]
  }

  types(): readonly string[] {
    return [...this.#events.values()].map(({ event }) => event.event_type)
  }

  skipped(): readonly { readonly reason: string; readonly offset: number; readonly length: number }[] {
    return this.segments.flatMap((segment) => segment.skipped)
  }

  #check(segment: Segment): void {
    const { from, cursor, tally } = segment
    const stored = this.#cursors.get(keyOf(cursor))
    const begins = from === 0 && cursor.generation > (stored?.generation ?? -1)
    if (!begins && (stored?.offset !== from || stored.generation !== cursor.generation)) {
      throw new Error(`Segment ${from}..${cursor.offset} of ${cursor.path} does not follow ${stored?.offset}`)
    }
    const accounted = tally.delivered + Object.values(tally.skipped).reduce((sum, bytes) => sum + bytes, 0)
    if (accounted !== cursor.offset - from) {
      throw new Error(`Segment ${from}..${cursor.offset} of ${cursor.path} accounts for ${accounted} bytes`)
    }
  }
}

function keyOf({ file }: FileCursor): string {
  return `${file.device}:${file.inode}`
}
