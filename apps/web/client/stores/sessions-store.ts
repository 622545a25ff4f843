import { signal } from '@preact/signals'
import type { ApiEvent, Session, SessionPage } from '../api/answers.ts'
import { AnswerError, getJson } from '../api/get-json.ts'
import { Reading } from './reading.ts'

/** Sessions with something new are read again at most this often, in milliseconds. */
const REFRESH_MS = 400
/** After a pause almost at once: what comes in one piece is read in one. */
const GATHER_MS = 30
/** And so much rarer than it takes: while history is imported, the database has other work. */
const REST = 10
/** With more of them at once the first page is read again instead. */
const MOST_AT_ONCE = 5
/** Pages that are read at once, so that no session that is still under way is left out. */
const MOST_PAGES = 5

/** The sessions, the one with the latest turn first. Each that something happens in is read again. */
export class SessionsStore {
  readonly sessions = signal<readonly Session[]>([])
  readonly isComplete = signal(false)
  readonly #reading = new Reading()
  readonly isLoading = this.#reading.isLoading
  readonly problem = this.#reading.problem
  #next: string | null = null
  readonly #touched = new Set<string>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #restUntil = 0

  async load(): Promise<void> {
    await this.#reading.run(async () => {
      const page = await readPage(null)
      // What was read further down stays.
      if (this.sessions.value.length === 0) this.#next = page.next
      this.#show(page.sessions)
    })
    for (let page = 1; page < MOST_PAGES && this.#isLastUnderWay(); page += 1) await this.loadMore()
  }

  async loadMore(): Promise<void> {
    if (this.isLoading.value || this.#next === null) return
    await this.#reading.run(async () => {
      const page = await readPage(this.#next)
      this.#next = page.next
      this.#show(page.sessions)
    })
  }

  add({ session_uuid }: ApiEvent): void {
    if (session_uuid === null) return
    this.#touched.add(session_uuid)
    const delay = Math.max(GATHER_MS, this.#restUntil - performance.now())
    this.#timer ??= setTimeout(() => void this.#refresh(), delay)
  }

  find(uuid: string): Session | null {
    return this.sessions.value.find(({ session_uuid }) => session_uuid === uuid) ?? null
  }

  /** Forgets everything: the log is another one. */
  reset(): void {
    this.sessions.value = []
    this.#next = null
    void this.load()
  }

  #isLastUnderWay(): boolean {
    return this.#next !== null && this.problem.value === null && this.sessions.value.at(-1)?.state !== 'ended'
  }

  async #refresh(): Promise<void> {
    const touched = [...this.#touched]
    this.#touched.clear()
    const begin = performance.now()
    if (touched.length > MOST_AT_ONCE) await this.load()
    else await this.#reading.run(async () => this.#show(await Promise.all(touched.map(readOne))))
    const rest = Math.max(REFRESH_MS, (performance.now() - begin) * REST)
    this.#restUntil = performance.now() + rest
    this.#timer = this.#touched.size > 0 ? setTimeout(() => void this.#refresh(), rest) : undefined
  }

  #show(found: readonly (Session | null)[]): void {
    this.sessions.value = merge(
      this.sessions.value,
      found.filter((session) => session !== null),
    )
    this.isComplete.value = this.#next === null
  }
}

function readPage(after: string | null): Promise<SessionPage> {
  return getJson('/api/sessions', { limit: '100', after })
}

/** A session of which only its end or its beginning was recorded may not be there. */
async function readOne(uuid: string): Promise<Session | null> {
  try {
    return await getJson<Session>(`/api/sessions/${encodeURIComponent(uuid)}`)
  } catch (error) {
    if (error instanceof AnswerError && error.status === 404) return null
    throw error
  }
}

function merge(known: readonly Session[], found: readonly Session[]): readonly Session[] {
  const sessions = new Map([...known, ...found].map((session) => [session.session_uuid, session]))
  return [...sessions.values()].sort((a, b) => (a.last_activity_at < b.last_activity_at ? 1 : -1))
}
