import { expect, test } from 'vitest'
import { EVENT_TYPES, eventJsonSchema, payloadJsonSchema } from '../src/index.ts'

test('names the required and the optional fields of a payload', () => {
  const schema = payloadJsonSchema('turn_detected')
  expect(schema.required).toEqual(['session_uuid', 'actor', 'text', 'source', 'turn_timestamp'])
  expect(schema.properties).toMatchObject({
    actor: { enum: ['user', 'agent'] },
    turn_timestamp: { format: 'date-time' },
  })
})

test('has one alternative for each type of event', () => {
  const { oneOf } = eventJsonSchema() as {
    readonly oneOf: readonly { properties: { event_type: { const: string } } }[]
  }
  expect(oneOf.map(({ properties }) => properties.event_type.const)).toEqual(EVENT_TYPES)
})
