import { v4 } from 'uuid'
import * as v from 'valibot'
import { cleanText, REPAIRS_KEY } from './clean-text.ts'
import type { Event } from './event.ts'
import { eventKey } from './event-key.ts'
import type { EventTypeDefinition, PayloadSchema } from './event-types/define-event-type.ts'
import { createIssue, type EventIssue } from './issue.ts'
import { EVENT_TYPES, type EventType, isEventType, TAXONOMY } from './taxonomy.ts'
import { isTimestamp } from './timestamp.ts'

/**
 * The outcome of {@link parseEvent}: the event, or everything that is wrong with it. `payloadJson` is the event's
 * payload as JSON, for whoever stores it: checking it takes writing it once.
 */
export type ParsedEvent =
  | { readonly ok: true; readonly event: Event; readonly payloadJson: string }
  | { readonly ok: false; readonly issues: readonly EventIssue[] }

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i

/**
 * Makes an event out of whatever was handed in: checks it against the taxonomy, makes its text storable and fills in
 * key, time and session. Never throws; an invalid event is answered with all its issues, each naming the field.
 *
 * @param now the time of an event that says none itself
 */
export function parseEvent(input: unknown, now: () => Date = () => new Date()): ParsedEvent {
  if (!isObject(input)) return { ok: false, issues: [createIssue('event', 'an object', describe(input))] }
  const { event_type: type, payload } = input
  const issues = [...checkKey(input.event_key), ...checkTimestamp(input.timestamp)]
  if (!isEventType(type)) return { ok: false, issues: [unknownType(type), ...issues] }
  const definition = TAXONOMY[type] as unknown as EventTypeDefinition<EventType, PayloadSchema>
  const checked = checkPayload(definition, payload)
  if (!checked.success) return { ok: false, issues: [...checked.issues.map(toIssue), ...issues] }
  if (issues.length > 0) return { ok: false, issues }

  const said = makeStorable(checked.output)
  if ('path' in said) return { ok: false, issues: [said] }
  const { payload: cleaned, payloadJson } = said
  const given = input.timestamp as string | undefined
  const event = {
    event_type: type,
    event_key: (input.event_key as string | undefined)?.toLowerCase() ?? deriveKey(definition, cleaned, given),
    timestamp: given ?? definition.timestamp?.(cleaned) ?? now().toISOString(),
    session_uuid: definition.sessionUuid(cleaned),
    payload: cleaned,
  }
  return { ok: true, event: event as Event, payloadJson }
}

function deriveKey(
  definition: EventTypeDefinition<EventType, PayloadSchema>,
  payload: object,
  timestamp: string | undefined,
): string {
  const identity = definition.identity?.(payload)
  if (identity != null) return eventKey(definition.name, identity)
  // A payload that can happen twice tells two events apart only together with its time.
  return timestamp === undefined ? v4() : eventKey(definition.name, [timestamp, JSON.stringify(payload)])
}

type CheckedPayload =
  | { readonly success: true; readonly output: object }
  | { readonly success: false; readonly issues: readonly v.BaseIssue<unknown>[] }

function checkPayload(
  { payload, isUsual }: EventTypeDefinition<EventType, PayloadSchema>,
  input: unknown,
): CheckedPayload {
  // A copy, like the one that the schema makes: what was checked is what is stored, whoever else holds the original.
  if (isUsual !== undefined && isPlainObject(input)) {
    const output = { ...input }
    if (isUsual(output)) return { success: true, output }
  }
  return v.safeParse(payload, input)
}

/** Keys that the schema never takes over. */
const NEVER_KEPT = ['__proto__', 'prototype', 'constructor']

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return false
  return !NEVER_KEPT.some((key) => Object.hasOwn(value, key))
}

/** A payload that Postgres can store, together with its JSON; an issue if JSON cannot say it. */
function makeStorable(payload: object): { readonly payload: object; readonly payloadJson: string } | EventIssue {
  const payloadJson = toJson(payload)
  if (typeof payloadJson !== 'string') return payloadJson
  // Whatever cannot be stored stands there as an escape, and hardly anything else does.
  if (!payloadJson.includes('\\u')) return { payload, payloadJson }
  const { value, repairs } = cleanText(payload)
  if (repairs.length === 0) return { payload, payloadJson }
  const repaired = { ...value, [REPAIRS_KEY]: repairs }
  return { payload: repaired, payloadJson: JSON.stringify(repaired) }
}

// A payload is stored as JSON. What JSON cannot say (a cycle, a BigInt) is refused here and not deep in a batch.
function toJson(payload: object): string | EventIssue {
  try {
    const json: string | undefined = JSON.stringify(payload)
    return json ?? createIssue('payload', 'a value that JSON can say', 'a value with a `toJSON` of its own')
  } catch (error) {
    return createIssue('payload', 'a value that JSON can say', error instanceof Error ? error.message : String(error))
  }
}

function checkKey(key: unknown): readonly EventIssue[] {
  if (key === undefined || (typeof key === 'string' && UUID.test(key))) return []
  return [createIssue('event_key', 'a UUID', describe(key))]
}

function checkTimestamp(timestamp: unknown): readonly EventIssue[] {
  if (timestamp === undefined || (typeof timestamp === 'string' && isTimestamp(timestamp))) return []
  return [createIssue('timestamp', 'ISO 8601 with offset', describe(timestamp))]
}

function unknownType(type: unknown): EventIssue {
  if (type === undefined) return createIssue('event_type', 'required', 'missing')
  return createIssue('event_type', `one of ${EVENT_TYPES.join(', ')}`, describe(type))
}

function toIssue(issue: v.BaseIssue<unknown>): EventIssue {
  const steps = issue.path?.map((step) => String(step.key)) ?? []
  const path = ['payload', ...steps].join('.')
  if (issue.input === undefined) return createIssue(path, 'required', 'missing')
  if (issue.type === 'check') return createIssue(path, 'ISO 8601 with offset', issue.received)
  return createIssue(path, issue.expected === 'Object' ? 'an object' : (issue.expected ?? issue.type), issue.received)
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'string') return JSON.stringify(value)
  return value === null || typeof value !== 'object' ? String(value) : Array.isArray(value) ? 'an array' : 'an object'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
