import { signal } from '@preact/signals'
import type { ApiEvent, Session, SessionPage } from '../api/answers.ts'
import { AnswerError, getJson, toMessage } from '../api/get-json.ts'

/** Sessions with something new are read again at most this often, in milliseconds. */
const REFRESH_MS = 400
/** With more of them at once the first page is read again instead. */
const MOST_AT_ONCE = 5

/** The sessions, the one with the latest turn first. Each that something happens in is read again. */
export class SessionsStore {
  readonly sessions = signal<readonly Session[]>([])
  readonly isLoading = signal(false)
  readonly isComplete = signal(false)
  readonly problem = signal<string | null>(null)
  #next: string | null = null
  readonly #touched = new Set<string>()
  #timer: ReturnType<typeof setTimeout> | undefined

  async load(): Promise<void> {
    await this.#run(async () => {
      const page = await readPage(null)
      // What was read further down stays.
      const rest = this.sessions.value.length === 0 ? [] : this.sessions.value
      if (rest.length === 0) this.#next = page.next
      this.isComplete.value = this.#next === null
      this.sessions.value = merge(rest, page.sessions)
    })
  }

  async loadMore(): Promise<void> {
    if (this.isLoading.value || this.#next === null) return
    await this.#run(async () => {
      const page = await readPage(this.#next)
      this.#next = page.next
      this.isComplete.value = page.next === null
      this.sessions.value = merge(this.sessions.value, page.sessions)
    })
  }

  add({ session_uuid }: ApiEvent): void {
    if (session_uuid === null) return
    this.#touched.add(session_uuid)
    this.#timer ??= setTimeout(() => void this.#refresh(), REFRESH_MS)
  }

  /** Forgets everything: the log is another one. */
  reset(): void {
    this.sessions.value = []
    this.#next = null
    void this.load()
  }

  async #refresh(): Promise<void> {
    const touched = [...this.#touched]
    this.#touched.clear()
    if (touched.length > MOST_AT_ONCE) await this.load()
    else await this.#run(async () => this.#take(await Promise.all(touched.map(readOne))))
    this.#timer = undefined
    if (this.#touched.size > 0) this.#timer = setTimeout(() => void this.#refresh(), REFRESH_MS)
  }

  #take(found: readonly (Session | null)[]): void {
    this.sessions.value = merge(
      this.sessions.value,
      found.filter((session) => session !== null),
    )
  }

  async #run(work: () => Promise<void>): Promise<void> {
    this.isLoading.value = true
    try {
      await work()
      this.problem.value = null
    } catch (error) {
      this.problem.value = toMessage(error)
    } finally {
      this.isLoading.value = false
    }
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
