import type { EventInput } from '@turnlog/schema'
import type { JsonObject } from '../../json.ts'
import type { EntryTime } from '../entry-clock.ts'
import { createRegistration } from '../registration.ts'
import type { TranscriptIdentity } from '../transcript-format.ts'
import { isAsciiIfText, toName, toObject, toText, type UnknownObject } from '../values.ts'

/** What the lines so far say about the session. */
export class SessionContext {
  readonly #identity: TranscriptIdentity
  #session: string | null
  #registered: boolean
  #cwd: string | null
  #branch: string | null

  constructor(identity: TranscriptIdentity, state: JsonObject | null) {
    this.#identity = identity
    this.#session = identity.sessionUuid ?? toText(state?.session) ?? null
    // A subagent's session is registered by the parent's transcript.
    this.#registered = identity.agentId !== null || state?.registered === true
    this.#cwd = toText(state?.cwd) ?? null
    this.#branch = toText(state?.branch) ?? null
  }

  /** Tells whether what {@link SessionContext.observe} would remember of a line is the same if the line is misread. */
  isAscii(line: UnknownObject): boolean {
    // What registers the session has more in it; that is for one line of a file.
    if (!this.#registered) return false
    const session = this.#session !== null || isAsciiIfText(line.sessionId)
    return session && isAsciiIfText(line.cwd) && isAsciiIfText(line.gitBranch)
  }

  /** Takes note of what a line says. */
  observe(line: UnknownObject): void {
    this.#cwd = toName(line.cwd) ?? this.#cwd
    if (typeof line.gitBranch === 'string') this.#branch = toName(line.gitBranch) ?? ''
    this.#session ??= toName(line.sessionId) ?? null
  }

  /** The session's registration, once: when its directory is known, or with its first turn if no line tells it. */
  register(line: UnknownObject, time: EntryTime, hasTurn: boolean): EventInput | null {
    if (this.#registered || (this.#cwd === null && !hasTurn)) return null
    this.#registered = true
    const directory = this.#cwd ?? ''
    return createRegistration('claude_code', time, {
      session_uuid: this.session,
      project_path: directory,
      working_directory: directory,
      agent_version: toText(line.version),
      git_branch: toText(line.gitBranch),
      forked_from_session_uuid: toText(toObject(line.forkedFrom).sessionId),
    })
  }

  get isRegistered(): boolean {
    return this.#registered
  }

  /** The session of the turns: the file's own name, or for a subagent that of its parent. */
  get session(): string {
    return this.#session ?? this.#identity.transcript
  }

  /** What every turn of a line says about where it belongs. */
  describe(line: UnknownObject) {
    const sidechain = line.isSidechain === true || this.#identity.agentId !== null
    // Around a plan hand-over, and where versions copied a session on resume, lines name another session than the file.
    const lineSession = toText(line.sessionId)
    return {
      session_uuid: this.session,
      turn_uuid: toText(line.uuid),
      parent_turn_uuid: toText(line.parentUuid),
      entry_session_uuid: lineSession === this.session ? undefined : lineSession,
      agent_id: this.#identity.agentId ?? toText(line.agentId),
      is_sidechain: sidechain ? true : undefined,
      project_path: this.#cwd ?? undefined,
      git_branch: toText(this.#branch),
    }
  }

  snapshot(): JsonObject {
    return { session: this.#session, registered: this.#registered, cwd: this.#cwd, branch: this.#branch }
  }
}
