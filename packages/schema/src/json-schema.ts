import { toJsonSchema } from '@valibot/to-json-schema'
import { EVENT_TYPES, type EventType, TAXONOMY } from './taxonomy.ts'

/** A JSON Schema document (draft-07), as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** The JSON Schema of one type's payload. Unknown keys are allowed, as they are in the log. */
export function payloadJsonSchema(type: EventType): JsonSchema {
  // The check of the calendar has no word in JSON Schema; the format says as much of it as can be said.
  return toJsonSchema(TAXONOMY[type].payload as never, {
    errorMode: 'ignore',
    overrideAction: ({ valibotAction, jsonSchema }) =>
      valibotAction.type === 'check' ? { ...jsonSchema, format: 'date-time' } : jsonSchema,
  }) as JsonSchema
}

/** The JSON Schema of an event as it is handed in: one alternative for each type of the taxonomy. */
export function eventJsonSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'turnlog event',
    oneOf: EVENT_TYPES.map((type) => {
      const { $schema: _, ...payload } = payloadJsonSchema(type)
      return {
        type: 'object',
        description: TAXONOMY[type].description,
        properties: {
          event_type: { const: type },
          payload,
          event_key: { type: 'string', format: 'uuid' },
          timestamp: { type: 'string', format: 'date-time' },
        },
        required: ['event_type', 'payload'],
      }
    }),
  }
}
