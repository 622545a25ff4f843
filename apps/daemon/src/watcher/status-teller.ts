import type { Problem } from '@turnlog/health'
import type { SupervisorLink } from '@turnlog/supervisor/child'
import type { TranscriptWatcher } from '@turnlog/watcher'
import type { EventWriter } from '@turnlog/writer'
import { findWatcherProblems } from './find-watcher-problems.ts'
import { IdleMemory } from './idle-memory.ts'
import type { OpenDeadLetters } from './open-dead-letters.ts'
import { Standstill } from './standstill.ts'
import { UnreadablePaths } from './unreadable-paths.ts'
import type { WatcherMessage } from './watcher-message.ts'

/** How often the daemon hears from the watcher while something changes, and while nothing does. */
const BUSY_MS = 250
const IDLE_MS = 2_000

/** Tells the daemon how the watcher is, often enough for a progress line and seldom enough to cost nothing. */
export class StatusTeller {
  readonly #link: Pick<SupervisorLink, 'send'>
  readonly #standstill = new Standstill()
  readonly #memory = new IdleMemory()
  readonly unreadable: UnreadablePaths
  #version: string | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(link: Pick<SupervisorLink, 'send'>, sources: readonly string[]) {
    this.#link = link
    this.unreadable = new UnreadablePaths(sources)
  }

  /** Not ready: there is no database that answers. */
  waitForDatabase(error: Error): void {
    const sentence = `The watcher waits for the database, which does not answer: ${error.message}`
    this.#wait({ key: 'watcher:database', sentence }, false)
  }

  /** Not ready: another watcher has the lease of this host. */
  waitForOther(host: string, instance: string, timesLost: number): void {
    const waits = `The watcher waits for another one, which records the transcripts of ${host} into this database (${instance}).`
    const shared =
      timesLost < 2
        ? ''
        : ` This happened ${timesLost} times: two daemons share this state directory or this host name. Stop one of them.`
    this.#wait({ key: timesLost < 2 ? 'watcher:other' : 'watcher:shared', sentence: waits + shared }, true)
  }

  /** The database answers, and is of this version. */
  connectedTo(version: string): void {
    this.#version = version
  }

  /** Ready: from now on tells how far it is. */
  follow(watcher: TranscriptWatcher, writer: EventWriter, deadLetters: Pick<OpenDeadLetters, 'count'>): void {
    const source = watcher.status()
    const status = writer.status()
    const problems = findWatcherProblems({
      source,
      writer: status,
      openDeadLetters: deadLetters.count,
      unreadable: this.unreadable.look(),
      stillSince: this.#standstill.look(source, Date.now()),
    })
    const database = { reachable: status.outage?.cause !== 'database', version: this.#version }
    this.#send({ ready: true, problems, database, source, writer: status })
    this.#memory.look(source)
    const isBusy = source.bytesBehind > 0 || problems.length > 0
    this.#timer = setTimeout(() => this.follow(watcher, writer, deadLetters), isBusy ? BUSY_MS : IDLE_MS)
    this.#timer.unref()
  }

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #wait(problem: Problem, reachable: boolean): void {
    const database = { reachable, version: this.#version }
    this.#send({ ready: false, problems: [problem], database, source: null, writer: null })
  }

  #send(status: Omit<WatcherMessage, 'type'>): void {
    void this.#link.send({ type: 'watcher_status', ...status } satisfies WatcherMessage)
  }
}
