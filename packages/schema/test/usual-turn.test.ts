import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { cleanText, isTimestamp, parseEvent, REPAIRS_KEY, TAXONOMY } from '../src/index.ts'

// Turns of the usual kind are checked without the schema; here the schema says whether that comes to the same.

const MOMENT = fc.date({ noInvalidDate: true, min: new Date('0000-01-01'), max: new Date('9999-12-31') })
const TIMESTAMP = MOMENT.map((moment) => moment.toISOString())

const FIELDS = {
  session_uuid: fc.uuid(),
  actor: fc.constantFrom('user', 'agent'),
  text: fc.string({ unit: fc.constantFrom('a', '\0', '\ud800', '\udc00', 'ü', '\\', '\\u0000') }),
  source: fc.constantFrom('watch', 'polling', 'hook'),
  turn_timestamp: TIMESTAMP,
  agent: fc.constantFrom('claude_code', 'codex'),
  turn_uuid: fc.uuid(),
  parent_turn_uuid: fc.uuid(),
  message_id: fc.string({ minLength: 1 }),
  agent_id: fc.string({ minLength: 1 }),
  is_sidechain: fc.boolean(),
  model: fc.string(),
  project_path: fc.string(),
  kind: fc.constantFrom('prompt', 'reply'),
  attachments: fc.array(fc.record({ type: fc.string(), bytes: fc.nat() }), { maxLength: 2 }),
}
const REQUIRED = ['session_uuid', 'actor', 'text', 'source', 'turn_timestamp'] as const
const USUAL = fc.record(FIELDS, { requiredKeys: [...REQUIRED] })
const ODD_VALUE = fc.oneof(fc.constantFrom(undefined, null, '', 0, NaN, [], {}, '2026-02-30T00:00:00Z'), fc.jsonValue())
const ODD_KEY = fc.constantFrom(...Object.keys(FIELDS), '__proto__', 'constructor', 'prototype', 'toString', 'unknown')

/** A usual turn in which a few fields are something else, and a few are not usual. */
const TURN = fc.tuple(USUAL, fc.array(fc.tuple(ODD_KEY, ODD_VALUE), { maxLength: 2 })).map(([turn, oddities]) => {
  const payload: Record<string, unknown> = { ...turn }
  for (const [key, value] of oddities) {
    Object.defineProperty(payload, key, { value, enumerable: true, configurable: true, writable: true })
  }
  return payload
})

test('a turn is valid if the schema says so, and is what the schema makes of it', () => {
  fc.assert(
    fc.property(TURN, (payload) => {
      const checked = v.safeParse(TAXONOMY.turn_detected.payload, payload)
      const parsed = parseEvent({ event_type: 'turn_detected', payload })
      expect(parsed.ok).toBe(checked.success)
      if (!parsed.ok) return
      const { value, repairs } = cleanText(checked.output as object)
      const expected = repairs.length === 0 ? value : { ...value, [REPAIRS_KEY]: repairs }
      expect(parsed.event.payload).toEqual(expected)
      expect(parsed.payloadJson).toBe(JSON.stringify(parsed.event.payload))
    }),
    { numRuns: 2_000 },
  )
})

test('what is recorded does not change with the object that was handed in', () => {
  const payload = {
    session_uuid: 's',
    actor: 'user',
    text: 'a',
    source: 'hook',
    turn_timestamp: '2026-05-01T10:00:00Z',
  }
  const parsed = parseEvent({ event_type: 'turn_detected', payload })
  payload.text = 'b'
  expect(parsed).toMatchObject({ event: { payload: { text: 'a' } } })
})

test('a timestamp in the usual form is as valid as the same moment in another', () => {
  const digit = fc.constantFrom(...'0123456789/:-. TZz\u0661')
  const almost = fc
    .tuple(TIMESTAMP, fc.array(fc.tuple(fc.nat({ max: 22 }), digit), { maxLength: 3 }))
    .map(([timestamp, changes]) => {
      const units = timestamp.split('')
      for (const [index, unit] of changes) units[index] = unit
      return units.join('')
    })
  fc.assert(
    fc.property(almost, (timestamp) => {
      expect(isTimestamp(timestamp)).toBe(isTimestamp(timestamp.replace(/Z$/, '+00:00')))
    }),
    { numRuns: 5_000 },
  )
})
