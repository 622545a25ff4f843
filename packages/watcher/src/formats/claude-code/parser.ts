import type { EventInput, TurnKind } from '@turnlog/schema'
import type { JsonObject } from '../../json.ts'
import { EntryClock } from '../entry-clock.ts'
import { deliver, skip, skipUnknown, withRegistration } from '../outcome.ts'
import type { Entry, EntryOutcome, TranscriptIdentity, TranscriptParser } from '../transcript-format.ts'
import { createTurn, entryId } from '../turn.ts'
import { toName, toObject, toText, type UnknownObject } from '../values.ts'
import { readAssistantLine } from './assistant-words.ts'
import { contentOf } from './content.ts'
import { BOOKKEEPING_TYPES } from './record-types.ts'
import { saysNothing } from './says-nothing.ts'
import { SessionContext } from './session-context.ts'
import { type QueuedWords, SteeringQueue } from './steering-queue.ts'
import { isHumanOrigin, readUserLine, readWords, type UserWords } from './user-words.ts'

type SaidWords = Exclude<UserWords, { readonly skipped: unknown }>

/** Reads one transcript of Claude Code. */
export class ClaudeCodeParser implements TranscriptParser {
  readonly #identity: TranscriptIdentity
  readonly #clock: EntryClock
  readonly #session: SessionContext
  readonly #queue: SteeringQueue
  /** The message that the agent is writing, or wrote last. */
  #messageId: string | null

  constructor(identity: TranscriptIdentity, state: JsonObject | null, fileTime: () => string) {
    this.#identity = identity
    this.#clock = new EntryClock(toText(state?.timestamp) ?? null, null, fileTime)
    this.#session = new SessionContext(identity, (state?.session as JsonObject | undefined) ?? null)
    this.#queue = new SteeringQueue((state?.queue as JsonObject | undefined) ?? null)
    this.#messageId = toText(state?.message_id) ?? null
  }

  parse(entry: Entry): EntryOutcome {
    if (!this.#identity.conversation) return skip('not_conversation', null)
    const line = entry.value
    const timestamp = this.#clock.read(line.timestamp)
    this.#session.observe(line)
    const outcome = this.#read(line, entry, timestamp)
    if (this.#session.isRegistered) return outcome
    const time = this.#clock.resolve(timestamp)
    const registration = this.#session.register(line, time, outcome.events.length > 0)
    return registration === null ? outcome : withRegistration(registration, outcome)
  }

  isWordless(line: UnknownObject): boolean {
    return !this.#identity.conversation || (saysNothing(line) && this.#session.isAscii(line))
  }

  snapshot(): JsonObject {
    return {
      timestamp: this.#clock.last,
      session: this.#session.snapshot(),
      queue: this.#queue.snapshot(),
      message_id: this.#messageId,
    }
  }

  #read(line: UnknownObject, entry: Entry, timestamp: string | null): EntryOutcome {
    switch (line.type) {
      case 'assistant':
        return this.#readAssistant(line, entry, timestamp)
      case 'user':
        return this.#readUser(line, entry, timestamp)
      case 'attachment':
        return this.#readAttachment(line, entry, timestamp)
      case 'queue-operation':
        return this.#readQueueOperation(line, entry, timestamp)
      default:
        return BOOKKEEPING_TYPES.has(line.type) ? skip('bookkeeping', timestamp) : skipUnknown(line.type, timestamp)
    }
  }

  #readAssistant(line: UnknownObject, entry: Entry, timestamp: string | null): EntryOutcome {
    const message = toObject(line.message)
    const messageId = toName(message.id)
    if (messageId !== undefined && messageId !== this.#messageId) {
      this.#messageId = messageId
      this.#queue.forgetAbsorbed()
    }
    const words = readAssistantLine(line)
    if ('skipped' in words) return skip(words.skipped, timestamp)
    const turn = this.#createTurn(line, entry, timestamp, {
      actor: 'agent',
      kind: 'reply',
      text: words.text,
      message_id: messageId,
      model: toText(message.model),
      attachments: words.attachments.length > 0 ? words.attachments : undefined,
    })
    return deliver(turn, timestamp)
  }

  #readUser(line: UnknownObject, entry: Entry, timestamp: string | null): EntryOutcome {
    const origin = isHumanOrigin(line.origin)
    const byAgent = this.#isSidechain(line) && origin !== true
    const words = readUserLine(line, contentOf(line.message), byAgent ? undefined : origin)
    if ('skipped' in words) return skip(words.skipped, timestamp)
    if (byAgent) return deliver(this.#createUserTurn(line, entry, timestamp, words, 'delegation'), timestamp)
    const isPrompt = words.kind === 'prompt' && !words.besideToolResult
    if (this.#queue.meet(words.text, isPrompt) === 'duplicate') return skip('duplicate', timestamp)
    return deliver(this.#createUserTurn(line, entry, timestamp, words, words.kind), timestamp)
  }

  /** Newer versions write what was absorbed in the middle of a turn as an attachment of that turn. */
  #readAttachment(line: UnknownObject, entry: Entry, timestamp: string | null): EntryOutcome {
    const attachment = toObject(line.attachment)
    if (attachment.type !== 'queued_command') return skip('bookkeeping', timestamp)
    if (attachment.isMeta === true || line.isMeta === true) return skip('meta', timestamp)
    const human = isHumanOrigin(attachment.origin)
    if (human === false || attachment.commandMode === 'task-notification') return skip('not_human', timestamp)
    const words = readWords(attachment.prompt, human === true)
    if ('skipped' in words) return skip(words.skipped, timestamp)
    if (this.#queue.meet(words.text, false) === 'duplicate') return skip('duplicate', timestamp)
    // A remove can follow the attachment; by then the words no longer wait, and it finds nothing.
    const kind = words.kind === 'prompt' ? 'steering' : words.kind
    return deliver(this.#createUserTurn(line, entry, timestamp, words, kind), timestamp)
  }

  #readQueueOperation(line: UnknownObject, entry: Entry, timestamp: string | null): EntryOutcome {
    const content = line.content == null ? undefined : readWords(line.content, false)
    switch (line.operation) {
      case 'enqueue':
        return this.#enqueue(content, entry, timestamp)
      case 'remove':
        return this.#removeFromQueue(line, content, timestamp)
      case 'dequeue':
        if (content !== undefined && 'skipped' in content) this.#queue.dequeueNotification()
        else this.#queue.dequeue(content?.text)
        return skip('bookkeeping', timestamp)
      case 'popAll':
        this.#queue.retractAll()
        return skip('retracted', timestamp)
      default:
        return skip('bookkeeping', timestamp)
    }
  }

  #enqueue(words: UserWords | undefined, entry: Entry, timestamp: string | null): EntryOutcome {
    if (words === undefined) return skip('no_words', timestamp)
    const at = { offset: entry.offset, timestamp }
    if ('skipped' in words) {
      if (words.skipped !== 'no_words') this.#queue.enqueue({ text: '', kind: 'notification', ...at })
      return skip(words.skipped, timestamp)
    }
    this.#queue.enqueue({ text: words.text, kind: kindOfQueued(words), ...at })
    return skip('pending_steering', timestamp)
  }

  #removeFromQueue(line: UnknownObject, content: UserWords | undefined, timestamp: string | null): EntryOutcome {
    if (content !== undefined && 'skipped' in content) return skip(content.skipped, timestamp)
    const words = this.#queue.remove(content?.text)
    if (words === null) return skip('bookkeeping', timestamp)
    return deliver(this.#createSteeringTurn(line, words, timestamp), timestamp)
  }

  #createSteeringTurn(line: UnknownObject, words: QueuedWords, timestamp: string | null): EventInput {
    const at = { value: line, offset: words.offset, length: 0 }
    return this.#createTurn(line, at, words.timestamp ?? timestamp, {
      actor: 'user',
      kind: words.kind,
      text: words.text,
    })
  }

  #createUserTurn(
    line: UnknownObject,
    entry: Entry,
    timestamp: string | null,
    words: SaidWords,
    kind: string,
  ): EventInput {
    return this.#createTurn(line, entry, timestamp, {
      actor: kind === 'delegation' ? 'agent' : 'user',
      kind,
      text: words.text,
      attachments: words.attachments.length > 0 ? words.attachments : undefined,
    })
  }

  #createTurn(
    line: UnknownObject,
    entry: Entry,
    timestamp: string | null,
    said: { readonly actor: 'user' | 'agent'; readonly text: string } & Readonly<Record<string, unknown>>,
  ): EventInput {
    const entryName = entryId(toText(line.uuid), entry.offset)
    const origin = { agent: 'claude_code', transcript: this.#identity.transcript, entry: entryName } as const
    return createTurn(origin, this.#clock.resolve(timestamp), { ...this.#session.describe(line), ...said })
  }

  #isSidechain(line: UnknownObject): boolean {
    return line.isSidechain === true || this.#identity.agentId !== null
  }
}

function kindOfQueued(words: SaidWords): TurnKind {
  if (words.kind !== 'prompt') return words.kind
  // What waits is what was typed; the tags of a command come only when it runs.
  return /^\/[\w:-]+(?:\s|$)/.test(words.text) ? 'slash_command' : 'steering'
}
