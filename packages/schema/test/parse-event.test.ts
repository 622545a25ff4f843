import { describe, expect, test } from 'vitest'
import { EVENT_TYPES, type EventIssue, type EventType, parseEvent } from '../src/index.ts'

const TURN = {
  session_uuid: 's1',
  actor: 'user',
  text: 'hello',
  source: 'watch',
  turn_timestamp: '2026-05-01T10:00:00.000Z',
}

const VALID: Record<EventType, object> = {
  session_registered: { session_uuid: 's1', project_path: '/p', working_directory: '/p' },
  session_ended: { session_uuid: 's1', reason: 'timeout' },
  turn_detected: TURN,
  state_transition: { agent_id: 'a', task_id: 't', from_state: 'idle', to_state: 'busy', trigger: 'turn' },
  hook_received: { hook_type: 'Stop', claude_session_id: 's1', working_directory: '/p' },
}

function issuesOf(input: unknown): readonly EventIssue[] {
  const parsed = parseEvent(input)
  if (parsed.ok) throw new Error('it was valid')
  return parsed.issues
}

function eventOf(input: unknown) {
  const parsed = parseEvent(input)
  if (!parsed.ok) throw new Error(parsed.issues.map(({ message }) => message).join('; '))
  return parsed.event
}

describe('validation', () => {
  test.each(EVENT_TYPES)('%s with its required fields passes', (event_type) => {
    expect(parseEvent({ event_type, payload: VALID[event_type] }).ok).toBe(true)
  })

  test.each(EVENT_TYPES)('%s without any one of them is rejected, and the issue names the field', (event_type) => {
    for (const field of Object.keys(VALID[event_type])) {
      const payload: Record<string, unknown> = { ...VALID[event_type] }
      delete payload[field]
      expect(issuesOf({ event_type, payload })).toEqual([
        {
          path: `payload.${field}`,
          expected: 'required',
          received: 'missing',
          message: `payload.${field}: required, missing`,
        },
      ])
    }
  })

  test('a type that is not in the taxonomy is rejected', () => {
    expect(issuesOf({ event_type: 'unknown_event', payload: {} })).toMatchObject([
      { path: 'event_type', received: '"unknown_event"' },
    ])
  })

  test.each(['toString', '__proto__', 'constructor'])('%s is no type either', (event_type) => {
    expect(issuesOf({ event_type, payload: {} })).toMatchObject([{ path: 'event_type' }])
  })

  test('all issues are told at once', () => {
    const payload = { session_uuid: '', actor: 'robot', text: 5, source: 'watch', turn_timestamp: 'yesterday' }
    const input = { event_type: 'turn_detected', event_key: 'no uuid', timestamp: 'noon', payload }
    expect(issuesOf(input).map(({ path }) => path)).toEqual([
      'payload.session_uuid',
      'payload.actor',
      'payload.text',
      'payload.turn_timestamp',
      'event_key',
      'timestamp',
    ])
  })

  test.each([undefined, null, 'text', [], 7])('%j is no event', (input) => {
    expect(issuesOf(input)).toHaveLength(1)
  })

  test('a payload that JSON cannot say is rejected', () => {
    const payload: Record<string, unknown> = { ...TURN }
    payload.self = payload
    expect(issuesOf({ event_type: 'turn_detected', payload })).toMatchObject([{ path: 'payload' }])
    expect(issuesOf({ event_type: 'turn_detected', payload: { ...TURN, big: 1n } })).toMatchObject([
      { path: 'payload' },
    ])
  })

  test.each(['2026-02-30T10:00:00Z', '2026-05-01T10:00:00', '0000-01-01T00:00:00Z', '2026-05-01', 'now'])(
    '%s is not a moment',
    (turn_timestamp) => {
      expect(issuesOf({ event_type: 'turn_detected', payload: { ...TURN, turn_timestamp } })).toMatchObject([
        { path: 'payload.turn_timestamp', expected: 'ISO 8601 with offset' },
      ])
    },
  )

  test.each(['2024-02-29T10:00:00Z', '2026-05-01T10:00:00.123456+02:00', '2026-05-01 10:00:00-0330'])(
    '%s is a moment',
    (turn_timestamp) => {
      expect(parseEvent({ event_type: 'turn_detected', payload: { ...TURN, turn_timestamp } }).ok).toBe(true)
    },
  )
})

describe('an event', () => {
  test('keeps the keys that the taxonomy does not know', () => {
    expect(eventOf({ event_type: 'turn_detected', payload: { ...TURN, mood: 'calm' } }).payload).toMatchObject({
      mood: 'calm',
    })
  })

  test('has the time of its turn and the session of its payload', () => {
    expect(eventOf({ event_type: 'turn_detected', payload: TURN })).toMatchObject({
      timestamp: TURN.turn_timestamp,
      session_uuid: 's1',
    })
  })

  test('without a time of its own has the time of writing', () => {
    const now = new Date('2026-06-01T00:00:00Z')
    const parsed = parseEvent({ event_type: 'hook_received', payload: VALID.hook_received }, () => now)
    expect(parsed.ok && parsed.event.timestamp).toBe('2026-06-01T00:00:00.000Z')
  })

  test('that is the same turn has the same key, and another turn another', () => {
    const key = (payload: object) => eventOf({ event_type: 'turn_detected', payload }).event_key
    expect(key({ ...TURN })).toBe(key(TURN))
    expect(key({ ...TURN, text: 'hello again' })).not.toBe(key(TURN))
    expect(key({ ...TURN, session_uuid: 's2' })).not.toBe(key(TURN))
  })

  test('that can happen twice with the same payload is a new one each time, unless its time tells', () => {
    const input = { event_type: 'hook_received', payload: VALID.hook_received }
    expect(eventOf(input).event_key).not.toBe(eventOf(input).event_key)
    const timed = { ...input, timestamp: '2026-05-01T10:00:00Z' }
    expect(eventOf(timed).event_key).toBe(eventOf(timed).event_key)
  })

  test('keeps the key that it was given', () => {
    const event_key = '6EE1EC71-CA8A-5839-BB10-A3E5CDDE956A'
    expect(eventOf({ event_type: 'turn_detected', event_key, payload: TURN }).event_key).toBe(event_key.toLowerCase())
  })

  test('says where its text had to be repaired', () => {
    const { payload } = eventOf({ event_type: 'turn_detected', payload: { ...TURN, text: 'a\0b\ud83d' } })
    expect(payload).toMatchObject({
      text: 'a\u2400b\ufffd',
      text_repairs: [{ path: 'text', nul: 1, lone_surrogate: 1 }],
    })
  })
})
