import type { SkipReason } from '../transcript-format.ts'
import { isBlank, isObject, toObject, toText, type UnknownObject } from '../values.ts'
import { BOOKKEEPING_EVENTS, BOOKKEEPING_RECORDS, TOOL_ITEMS } from './record-types.ts'
import type { Side, Speaker } from './said-twice.ts'
import { readUserWords } from './user-words.ts'
import { readContent, readMessageEvent, type Words } from './words.ts'

/** What a record of a rollout is, apart from what came before it. */
export type RolloutRecord =
  | { readonly is: 'skipped'; readonly reason: SkipReason }
  | { readonly is: 'unknown'; readonly type: string }
  /** A session's head: its own, or in a fork also that of an ancestor. */
  | { readonly is: 'head'; readonly head: UnknownObject }
  /** What holds for the exchange that goes on. */
  | { readonly is: 'context'; readonly payload: UnknownObject }
  /** The begin or the end of an exchange. */
  | { readonly is: 'begin' | 'end'; readonly payload: UnknownObject }
  | Said
  /** What another agent says to this one. */
  | { readonly is: 'told'; readonly words: Words }

export interface Said {
  readonly is: 'said'
  readonly by: Speaker
  readonly side: Side
  /** As it was written, by which the two records of one message are known. */
  readonly written: string
  readonly words: Words
  readonly messageId: string | undefined
  /** A command that the human ran, which only one side tells. */
  readonly isCommand: boolean
}

/** Reads a record; the type decides, and nothing else is looked at where nobody says anything. */
export function readRecord(record: UnknownObject): RolloutRecord {
  const payload = record.payload
  // The first versions write items without an envelope.
  if (!isObject(payload)) return readBare(record)
  switch (record.type) {
    case 'response_item':
      return readItem(payload)
    case 'event_msg':
      return readEvent(payload)
    case 'turn_context':
      return { is: 'context', payload }
    case 'session_meta':
      return { is: 'head', head: payload }
    case 'compacted':
      return skipped('compact_summary')
    default:
      return BOOKKEEPING_RECORDS.has(record.type) ? skipped('bookkeeping') : unknown(record.type)
  }
}

/** Tells whether nobody says anything in a record, by its types alone. Nothing of such a record but its time is read. */
export function isSilentRecord({ type, payload }: UnknownObject): boolean {
  if (!isObject(payload)) return false
  if (type === 'response_item') return TOOL_ITEMS.has(payload.type)
  if (type === 'event_msg') return BOOKKEEPING_EVENTS.has(payload.type)
  return type === 'compacted' || BOOKKEEPING_RECORDS.has(type)
}

function readBare(record: UnknownObject): RolloutRecord {
  const { type } = record
  if (type === 'message' || (type === undefined && typeof record.role === 'string')) return readMessage(record)
  if (record.record_type !== undefined) return skipped('bookkeeping')
  if (type === undefined && typeof record.id === 'string') return { is: 'head', head: record }
  const reason = TOOL_ITEMS.get(type)
  return reason === undefined ? unknown(type) : skipped(reason)
}

function readEvent(payload: UnknownObject): RolloutRecord {
  switch (payload.type) {
    case 'user_message':
      // 0.3x and 0.4x write what they put in as events too, and say so.
      if (payload.kind !== undefined && payload.kind !== 'plain') return skipped('injected_context')
      return saidByUser('event', readMessageEvent(payload))
    case 'agent_message':
      return saidByAgent('event', readMessageEvent(payload), undefined)
    case 'item_completed':
      return readCompletedItem(toObject(payload.item))
    case 'agent_reasoning':
    case 'agent_reasoning_raw_content':
      return skipped('thinking')
    case 'task_started':
    case 'turn_started':
      return { is: 'begin', payload }
    case 'task_complete':
    case 'turn_complete':
    case 'turn_aborted':
      return { is: 'end', payload }
    default:
      if (BOOKKEEPING_EVENTS.has(payload.type)) return skipped('bookkeeping')
      return unknown(`event_msg/${toText(payload.type) ?? ''}`)
  }
}

function readCompletedItem(item: UnknownObject): RolloutRecord {
  if (item.type === 'UserMessage') return saidByUser('item', readContent(item.content))
  if (item.type === 'AgentMessage') return saidByAgent('item', readContent(item.content), toText(item.id))
  return skipped('bookkeeping')
}

function readItem(item: UnknownObject): RolloutRecord {
  if (item.type === 'message' || item.type === undefined) return readMessage(item)
  if (item.type === 'agent_message') return { is: 'told', words: readContent(item.content) }
  const reason = TOOL_ITEMS.get(item.type)
  return reason === undefined ? unknown(`response_item/${toText(item.type) ?? ''}`) : skipped(reason)
}

function readMessage(message: UnknownObject): RolloutRecord {
  const words = readContent(message.content ?? message.message)
  switch (message.role) {
    case 'user':
      return saidByUser('response', words)
    case 'assistant':
      return saidByAgent('response', words, toText(message.id))
    case 'developer':
    case 'system':
      return skipped('injected_context')
    default:
      return unknown(`message/${toText(message.role) ?? ''}`)
  }
}

function saidByUser(side: Side, words: Words): RolloutRecord {
  const read = readUserWords(side, words)
  if ('skipped' in read) return skipped(read.skipped)
  return { is: 'said', by: 'user', side, written: words.text, messageId: undefined, ...read }
}

function saidByAgent(side: Side, words: Words, messageId: string | undefined): RolloutRecord {
  if (isBlank(words.text)) return skipped('no_words')
  return { is: 'said', by: 'agent', side, written: words.text, words, messageId, isCommand: false }
}

function skipped(reason: SkipReason): RolloutRecord {
  return { is: 'skipped', reason }
}

function unknown(type: unknown): RolloutRecord {
  return { is: 'unknown', type: toText(type) ?? '' }
}
