import type { JsonObject } from '../../json.ts'
import { EntryClock } from '../entry-clock.ts'
import { deliver, skip, skipUnknown, withRegistration } from '../outcome.ts'
import type { Entry, EntryOutcome, TranscriptIdentity, TranscriptParser } from '../transcript-format.ts'
import { createTurn, entryId } from '../turn.ts'
import { isBlank, isObject, toObject, toText, type UnknownObject } from '../values.ts'
import { isInjected, isWrapped, shellCommandOf, withoutEditorContext } from './injected-context.ts'
import { BOOKKEEPING_EVENTS, BOOKKEEPING_RECORDS, TOOL_ITEMS } from './record-types.ts'
import { Replay } from './replay.ts'
import { SaidTwice, type Side } from './said-twice.ts'
import { SessionContext } from './session-context.ts'
import { TurnNames } from './turn-names.ts'
import { uuidTime } from './uuid-time.ts'
import { readContent, readMessageEvent, type Words } from './words.ts'

type Speaker = 'user' | 'agent'

/** Reads one rollout of Codex. */
export class CodexParser implements TranscriptParser {
  readonly #identity: TranscriptIdentity
  readonly #clock: EntryClock
  readonly #session: SessionContext
  readonly #saidTwice: SaidTwice
  readonly #replay: Replay
  readonly #names: TurnNames
  /** The exchange that goes on, and whether the user has spoken in it; what comes then is steering. */
  #running: 'no' | 'begun' | 'prompted'

  constructor(identity: TranscriptIdentity, state: JsonObject | null) {
    this.#identity = identity
    this.#clock = new EntryClock(toText(state?.timestamp) ?? null, momentOf(identity.transcript))
    this.#session = new SessionContext(identity, part(state, 'session'))
    this.#saidTwice = new SaidTwice(part(state, 'said_twice'))
    this.#replay = new Replay(part(state, 'replay'))
    this.#names = new TurnNames(part(state, 'names'))
    this.#running = (state?.running as 'no' | 'begun' | 'prompted' | undefined) ?? 'no'
  }

  parse(entry: Entry): EntryOutcome {
    const record = entry.value
    const timestamp = this.#clock.read(record.timestamp ?? record.created_at)
    if (timestamp !== null) this.#replay.observeTime(timestamp)
    this.#saidTwice.nextRecord()
    const outcome = this.#read(record, entry, timestamp)
    if (this.#session.isRegistered || outcome.events.length === 0) return outcome
    return withRegistration(this.#session.beginWithoutHead(this.#clock.resolve(timestamp)), outcome)
  }

  snapshot(): JsonObject {
    return {
      timestamp: this.#clock.last,
      session: this.#session.snapshot(),
      said_twice: this.#saidTwice.snapshot(),
      replay: this.#replay.snapshot(),
      names: this.#names.snapshot(),
      running: this.#running,
    }
  }

  #read(record: UnknownObject, entry: Entry, timestamp: string | null): EntryOutcome {
    const payload = record.payload
    // The first versions write items without an envelope.
    if (!isObject(payload)) return this.#readBare(record, entry, timestamp)
    switch (record.type) {
      case 'response_item':
        return this.#readItem(payload, entry, timestamp)
      case 'event_msg':
        return this.#readEvent(payload, entry, timestamp)
      case 'turn_context':
        this.#session.observeContext(payload)
        this.#observeTurn(payload)
        return skip('bookkeeping', timestamp)
      case 'session_meta':
        return this.#readHead(payload, timestamp)
      case 'compacted':
        return skip('compact_summary', timestamp)
      default:
        return BOOKKEEPING_RECORDS.has(record.type)
          ? skip('bookkeeping', timestamp)
          : skipUnknown(record.type, timestamp)
    }
  }

  #readHead(head: UnknownObject, timestamp: string | null): EntryOutcome {
    const id = toText(head.id) ?? toText(head.session_id) ?? this.#session.session
    this.#replay.observeSession(id, timestamp, this.#names.count > 0)
    const outcome = skip('bookkeeping', timestamp)
    if (this.#session.isRegistered) return outcome
    return withRegistration(this.#session.begin(head, this.#clock.resolve(timestamp)), outcome)
  }

  #readEvent(payload: UnknownObject, entry: Entry, timestamp: string | null): EntryOutcome {
    switch (payload.type) {
      case 'user_message':
        // 0.3x and 0.4x write what they put in as events too, and say so.
        if (payload.kind !== undefined && payload.kind !== 'plain') return skip('injected_context', timestamp)
        return this.#readUser('event', readMessageEvent(payload), entry, timestamp)
      case 'agent_message':
        return this.#readAgent('event', readMessageEvent(payload), undefined, entry, timestamp)
      case 'item_completed':
        return this.#readCompletedItem(toObject(payload.item), entry, timestamp)
      case 'agent_reasoning':
      case 'agent_reasoning_raw_content':
        return skip('thinking', timestamp)
      default:
        this.#observeBracket(payload)
        if (BOOKKEEPING_EVENTS.has(payload.type)) return skip('bookkeeping', timestamp)
        return skipUnknown(`event_msg/${toText(payload.type) ?? ''}`, timestamp)
    }
  }

  #readCompletedItem(item: UnknownObject, entry: Entry, timestamp: string | null): EntryOutcome {
    if (item.type === 'UserMessage') return this.#readUser('item', readContent(item.content), entry, timestamp)
    if (item.type !== 'AgentMessage') return skip('bookkeeping', timestamp)
    return this.#readAgent('item', readContent(item.content), toText(item.id), entry, timestamp)
  }

  #readItem(item: UnknownObject, entry: Entry, timestamp: string | null): EntryOutcome {
    if (item.type === 'message' || item.type === undefined) return this.#readMessage(item, entry, timestamp)
    if (item.type === 'agent_message') return this.#readMessageOfAgent(item, entry, timestamp)
    const reason = TOOL_ITEMS.get(item.type)
    if (reason !== undefined) return skip(reason, timestamp)
    return skipUnknown(`response_item/${toText(item.type) ?? ''}`, timestamp)
  }

  #readMessage(message: UnknownObject, entry: Entry, timestamp: string | null): EntryOutcome {
    const words = readContent(message.content ?? message.message)
    if (message.role === 'user') return this.#readUser('response', words, entry, timestamp)
    if (message.role === 'assistant') {
      return this.#readAgent('response', words, toText(message.id), entry, timestamp)
    }
    if (message.role === 'developer' || message.role === 'system') return skip('injected_context', timestamp)
    return skipUnknown(`message/${toText(message.role) ?? ''}`, timestamp)
  }

  #readBare(record: UnknownObject, entry: Entry, timestamp: string | null): EntryOutcome {
    if (record.type === 'message' || (record.type === undefined && typeof record.role === 'string')) {
      return this.#readMessage(record, entry, timestamp)
    }
    if (record.record_type !== undefined) return skip('bookkeeping', timestamp)
    if (record.type === undefined && typeof record.id === 'string') return this.#readHead(record, timestamp)
    const reason = TOOL_ITEMS.get(record.type)
    return reason === undefined ? skipUnknown(record.type, timestamp) : skip(reason, timestamp)
  }

  /** What another agent says to this one; to a subagent that is its task. */
  #readMessageOfAgent(item: UnknownObject, entry: Entry, timestamp: string | null): EntryOutcome {
    if (!this.#session.isSubagent || this.#replay.origin !== null) return skip('not_human', timestamp)
    const words = readContent(item.content)
    if (isBlank(words.text)) return skip('no_words', timestamp)
    return this.#deliver('agent', 'delegation', words, {}, entry, timestamp)
  }

  #readUser(side: Side, words: Words, entry: Entry, timestamp: string | null): EntryOutcome {
    const command = side === 'response' ? shellCommandOf(words.text) : null
    if (command !== null) return this.#deliver('user', 'bash_input', { ...words, text: command }, {}, entry, timestamp)
    if (isInjected(words.text) || (side === 'response' && isWrapped(words.text))) {
      return skip('injected_context', timestamp)
    }
    const text = withoutEditorContext(words.text)
    if (isBlank(text) && words.attachments.length === 0) {
      return skip(isBlank(words.text) ? 'no_words' : 'injected_context', timestamp)
    }
    if (this.#saidTwice.isCopy(side, 'user', words.text)) return skip('duplicate', timestamp)
    const byAgent = this.#session.isSubagent && this.#replay.origin === null
    const kind = byAgent ? 'delegation' : this.#running === 'prompted' ? 'steering' : 'prompt'
    if (this.#running === 'begun') this.#running = 'prompted'
    return this.#deliver(byAgent ? 'agent' : 'user', kind, { ...words, text }, {}, entry, timestamp)
  }

  #readAgent(
    side: Side,
    words: Words,
    messageId: string | undefined,
    entry: Entry,
    timestamp: string | null,
  ): EntryOutcome {
    if (isBlank(words.text)) return skip('no_words', timestamp)
    if (this.#saidTwice.isCopy(side, 'agent', words.text)) return skip('duplicate', timestamp)
    return this.#deliver('agent', 'reply', words, { message_id: messageId }, entry, timestamp)
  }

  #deliver(
    actor: Speaker,
    kind: string,
    words: Words,
    known: Readonly<Record<string, unknown>>,
    entry: Entry,
    timestamp: string | null,
  ): EntryOutcome {
    const copiedFrom = this.#replay.origin ?? undefined
    const origin = {
      agent: 'codex',
      transcript: this.#identity.transcript,
      entry: entryId(undefined, entry.offset),
    } as const
    const turn = createTurn(origin, this.#clock.resolve(timestamp), {
      ...this.#session.describe(actor),
      actor,
      kind,
      text: words.text,
      turn_uuid: this.#names.next(copiedFrom ?? this.#session.session, actor, words.text),
      replayed_from_session_uuid: copiedFrom,
      attachments: words.attachments.length > 0 ? words.attachments : undefined,
      ...known,
    })
    return deliver(turn, timestamp)
  }

  #observeBracket(payload: UnknownObject): void {
    if (payload.type === 'task_started' || payload.type === 'turn_started') {
      this.#observeTurn(payload)
      this.#running = 'begun'
    } else if (
      payload.type === 'task_complete' ||
      payload.type === 'turn_complete' ||
      payload.type === 'turn_aborted'
    ) {
      this.#names.observeTurn(null)
      this.#running = 'no'
    }
  }

  #observeTurn(payload: UnknownObject): void {
    this.#replay.observeTurn(payload)
    const turnId = toText(payload.turn_id)
    if (turnId !== undefined) this.#names.observeTurn(turnId)
  }
}

/** The moment that a rollout's name tells: that of its UUID, since the time in the name has no time zone. */
function momentOf(transcript: string): string | null {
  const time = uuidTime(transcript)
  return time === null ? null : new Date(time).toISOString()
}

function part(state: JsonObject | null, key: string): JsonObject | null {
  return (state?.[key] as JsonObject | null | undefined) ?? null
}
