import type { TurnKind } from '@turnlog/schema'
import type { JsonObject } from '../../json.ts'
import { EntryClock, toMoment } from '../entry-clock.ts'
import { deliver, skip, skipUnknown, withRegistration } from '../outcome.ts'
import type { Entry, EntryOutcome, TranscriptIdentity, TranscriptParser } from '../transcript-format.ts'
import { createTurn, entryId } from '../turn.ts'
import { isBlank, toName, toText, type UnknownObject } from '../values.ts'
import { isSilentRecord, readRecord, type Said } from './record.ts'
import { Replay } from './replay.ts'
import { SaidTwice, type Speaker } from './said-twice.ts'
import { SessionContext } from './session-context.ts'
import { TurnNames } from './turn-names.ts'
import { uuidTime } from './uuid-time.ts'
import type { Words } from './words.ts'

/** An exchange of prompt and answers goes on or not; once the user has spoken in it, what they say is steering. */
type Exchange = 'none' | 'begun' | 'prompted'

interface TurnDraft {
  readonly actor: Speaker
  readonly kind: TurnKind
  readonly words: Words
  readonly messageId: string | undefined
}

/** Reads one rollout of Codex. */
export class CodexParser implements TranscriptParser {
  readonly #identity: TranscriptIdentity
  readonly #clock: EntryClock
  readonly #session: SessionContext
  readonly #saidTwice: SaidTwice
  readonly #replay: Replay
  readonly #names: TurnNames
  #exchange: Exchange

  constructor(identity: TranscriptIdentity, state: JsonObject | null, fileTime: () => string) {
    this.#identity = identity
    this.#clock = new EntryClock(toText(state?.timestamp) ?? null, momentOf(identity.transcript), fileTime)
    this.#session = new SessionContext(identity, part(state, 'session'))
    this.#saidTwice = new SaidTwice(part(state, 'said_twice'))
    this.#replay = new Replay(part(state, 'replay'))
    this.#names = new TurnNames(part(state, 'names'))
    this.#exchange = (state?.exchange as Exchange | undefined) ?? 'none'
  }

  parse(entry: Entry): EntryOutcome {
    const timestamp = this.#clock.read(entry.value.timestamp ?? entry.value.created_at)
    if (timestamp !== null) this.#replay.observeTime(timestamp)
    this.#saidTwice.nextRecord()
    const outcome = this.#read(entry, timestamp)
    if (this.#session.isRegistered || outcome.events.length === 0) return outcome
    return withRegistration(this.#session.beginWithoutHead(this.#clock.resolve(timestamp)), outcome)
  }

  isWordless(record: UnknownObject): boolean {
    return isSilentRecord(record)
  }

  snapshot(): JsonObject {
    return {
      timestamp: this.#clock.last,
      session: this.#session.snapshot(),
      said_twice: this.#saidTwice.snapshot(),
      replay: this.#replay.snapshot(),
      names: this.#names.snapshot(),
      exchange: this.#exchange,
    }
  }

  #read(entry: Entry, timestamp: string | null): EntryOutcome {
    const record = readRecord(entry.value)
    switch (record.is) {
      case 'skipped':
        return skip(record.reason, timestamp)
      case 'unknown':
        return skipUnknown(record.type, timestamp)
      case 'said':
        return this.#readSaid(record, entry, timestamp)
      case 'told':
        return this.#readTold(record.words, entry, timestamp)
      case 'head':
        return this.#readHead(record.head, timestamp)
      case 'context':
        this.#session.observeContext(record.payload)
        this.#observeTurn(record.payload)
        return skip('bookkeeping', timestamp)
      case 'begin':
        this.#observeTurn(record.payload)
        this.#exchange = 'begun'
        return skip('bookkeeping', timestamp)
      case 'end':
        this.#names.observeTurn(null)
        this.#exchange = 'none'
        return skip('bookkeeping', timestamp)
      default:
        return record satisfies never
    }
  }

  #readHead(head: UnknownObject, timestamp: string | null): EntryOutcome {
    const id = toName(head.id) ?? toName(head.session_id) ?? this.#session.session
    this.#replay.observeSession(id, timestamp, this.#names.count > 0)
    const outcome = skip('bookkeeping', timestamp)
    if (this.#session.isRegistered) return outcome
    return withRegistration(this.#session.begin(head, this.#clock.resolve(timestamp)), outcome)
  }

  #readSaid(said: Said, entry: Entry, timestamp: string | null): EntryOutcome {
    if (!said.isCommand && this.#saidTwice.isCopy(said.side, said.by, said.written)) return skip('duplicate', timestamp)
    const { words, messageId } = said
    const kind = said.by === 'agent' ? 'reply' : said.isCommand ? 'bash_input' : this.#kindOfPrompt()
    return this.#deliver({ actor: kind === 'delegation' ? 'agent' : said.by, kind, words, messageId }, entry, timestamp)
  }

  /** To a subagent that is its task; to others the answer of a subagent, which that one's own rollout holds. */
  #readTold(words: Words, entry: Entry, timestamp: string | null): EntryOutcome {
    if (!this.#session.isSubagent || this.#replay.origin !== null) return skip('not_human', timestamp)
    if (isBlank(words.text)) return skip('no_words', timestamp)
    return this.#deliver({ actor: 'agent', kind: 'delegation', words, messageId: undefined }, entry, timestamp)
  }

  #kindOfPrompt(): TurnKind {
    const isSteering = this.#exchange === 'prompted'
    if (this.#exchange === 'begun') this.#exchange = 'prompted'
    if (this.#session.isSubagent && this.#replay.origin === null) return 'delegation'
    return isSteering ? 'steering' : 'prompt'
  }

  #deliver({ actor, kind, words, messageId }: TurnDraft, entry: Entry, timestamp: string | null): EntryOutcome {
    const copiedFrom = this.#replay.origin ?? undefined
    const { transcript } = this.#identity
    const origin = { agent: 'codex', transcript, entry: entryId(undefined, entry.offset) } as const
    const turn = createTurn(origin, this.#clock.resolve(timestamp), {
      ...this.#session.describe(actor),
      actor,
      kind,
      text: words.text,
      turn_uuid: this.#names.next(copiedFrom ?? this.#session.session, actor, words.text),
      message_id: messageId,
      replayed_from_session_uuid: copiedFrom,
      attachments: words.attachments.length > 0 ? words.attachments : undefined,
    })
    return deliver(turn, timestamp)
  }

  #observeTurn(payload: UnknownObject): void {
    this.#replay.observeTurn(payload)
    const turnId = toName(payload.turn_id)
    if (turnId !== undefined) this.#names.observeTurn(turnId)
  }
}

/** The moment that a rollout's name tells: that of its UUID, since the time in the name has no time zone. */
function momentOf(transcript: string): string | null {
  const time = uuidTime(transcript)
  return time === null ? null : toMoment(time)
}

function part(state: JsonObject | null, key: string): JsonObject | null {
  return (state?.[key] as JsonObject | null | undefined) ?? null
}
