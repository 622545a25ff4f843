import type { EventInput } from '@turnlog/schema'
import type { JsonObject } from '../../json.ts'
import type { EntryTime } from '../entry-clock.ts'
import { createRegistration } from '../registration.ts'
import type { TranscriptIdentity } from '../transcript-format.ts'
import { isObject, toName, toObject, toText, type UnknownObject } from '../values.ts'

/** What the records so far say about the session. */
export class SessionContext {
  readonly #identity: TranscriptIdentity
  #session: string | null
  #registered: boolean
  /** Begun by another agent, whose prompts are delegations. */
  #subagent: boolean
  #cwd: string | null
  #branch: string | null
  #model: string | null

  constructor(identity: TranscriptIdentity, state: JsonObject | null) {
    this.#identity = identity
    this.#session = toText(state?.session) ?? null
    this.#registered = state?.registered === true
    this.#subagent = state?.subagent === true
    this.#cwd = toText(state?.cwd) ?? null
    this.#branch = toText(state?.branch) ?? null
    this.#model = toText(state?.model) ?? null
  }

  get isRegistered(): boolean {
    return this.#registered
  }

  get isSubagent(): boolean {
    return this.#subagent
  }

  /** The session's id: what its first record says, or else the name of the file. */
  get session(): string {
    return this.#session ?? this.#identity.sessionUuid ?? this.#identity.transcript
  }

  /** The session's own head: a `session_meta`, or the first line of the first versions. Registers the session. */
  begin(head: UnknownObject, time: EntryTime): EventInput {
    this.#session = toName(head.id) ?? toName(head.session_id) ?? null
    const git = toObject(head.git)
    const parent = parentOf(head)
    this.#subagent = parent !== undefined || isSubagentSource(head.source) || head.thread_source === 'subagent'
    this.#cwd = toName(head.cwd) ?? null
    this.#branch = toName(git.branch) ?? null
    return this.#register(time, {
      agent_version: toText(head.cli_version),
      git_branch: toName(git.branch),
      parent_session_uuid: parent,
      forked_from_session_uuid: toText(head.forked_from_id),
    })
  }

  /** Registers a session whose head is missing, with its first turn. */
  beginWithoutHead(time: EntryTime): EventInput {
    return this.#register(time, {})
  }

  /** A `turn_context`. */
  observeContext(payload: UnknownObject): void {
    this.#model = toName(payload.model) ?? this.#model
    this.#cwd = toName(payload.cwd) ?? this.#cwd
  }

  /** What every turn says about where it belongs. */
  describe(actor: 'user' | 'agent') {
    return {
      session_uuid: this.session,
      agent_id: this.#subagent ? this.session : undefined,
      is_sidechain: this.#subagent ? true : undefined,
      model: actor === 'agent' ? (this.#model ?? undefined) : undefined,
      project_path: this.#cwd ?? undefined,
      git_branch: this.#branch ?? undefined,
    }
  }

  snapshot(): JsonObject {
    return {
      session: this.#session,
      registered: this.#registered,
      subagent: this.#subagent,
      cwd: this.#cwd,
      branch: this.#branch,
      model: this.#model,
    }
  }

  #register(time: EntryTime, known: Readonly<Record<string, unknown>>): EventInput {
    this.#registered = true
    const directory = this.#cwd ?? ''
    return createRegistration('codex', time, {
      session_uuid: this.session,
      project_path: directory,
      working_directory: directory,
      ...known,
    })
  }
}

function isSubagentSource(source: unknown): boolean {
  return isObject(source) && source.subagent !== undefined
}

function parentOf(head: UnknownObject): string | undefined {
  const subagent = toObject(toObject(head.source).subagent)
  return toText(head.parent_thread_id) ?? toText(toObject(subagent.thread_spawn).parent_thread_id)
}
