import type { SupervisorLink } from '@turnlog/supervisor/child'
import type { TranscriptWatcher } from '@turnlog/watcher'
import type { EventWriter } from '@turnlog/writer'
import type { WatcherMessage } from './watcher-message.ts'

/** How often the daemon hears from the watcher while something changes, and while nothing does. */
const BUSY_MS = 250
const IDLE_MS = 2_000

/** Tells the daemon how the watcher is, often enough for a progress line and seldom enough to cost nothing. */
export class StatusTeller {
  readonly #link: Pick<SupervisorLink, 'send'>
  #timer: NodeJS.Timeout | null = null

  constructor(link: Pick<SupervisorLink, 'send'>) {
    this.#link = link
  }

  /** Not ready, and why. */
  waitFor(problem: string): void {
    this.#send({ ready: false, problems: [problem], source: null, writer: null })
  }

  /** Ready: from now on tells how far it is. */
  follow(watcher: TranscriptWatcher, writer: EventWriter): void {
    const source = watcher.status()
    this.#send({ ready: true, problems: [], source, writer: writer.status() })
    this.#timer = setTimeout(() => this.follow(watcher, writer), source.bytesBehind > 0 ? BUSY_MS : IDLE_MS)
    this.#timer.unref()
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #send(status: Omit<WatcherMessage, 'type'>): void {
    void this.#link.send({ type: 'watcher_status', ...status } satisfies WatcherMessage)
  }
}
