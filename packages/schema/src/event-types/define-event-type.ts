import type * as v from 'valibot'

/** What a payload schema must be: an object that keeps the keys it does not know. */
export type PayloadSchema = v.GenericSchema<object, object>

/** Everything the taxonomy knows about one type of event. */
export interface EventTypeDefinition<Name extends string, Schema extends PayloadSchema> {
  readonly name: Name
  /** One sentence for people: when this event happens. */
  readonly description: string
  readonly payload: Schema
  /**
   * Tells without the schema, and much faster, that a payload is valid: one of the usual kind, for a type of which
   * there are many. Left out, or false, says nothing; `payload` decides.
   */
  readonly isUsual?: (payload: Readonly<Record<string, unknown>>) => boolean
  /** The session that the event belongs to, for the column of that name; `null` where none applies. */
  readonly sessionUuid: (payload: v.InferOutput<Schema>) => string | null
  /** When it happened, if the payload says so itself. */
  readonly timestamp?: (payload: v.InferOutput<Schema>) => string
  /**
   * What makes two events of this type the same one, in words taken from the payload alone. Left out (or `null`)
   * where the payload cannot tell: the same payload may then happen twice.
   */
  readonly identity?: (payload: v.InferOutput<Schema>) => readonly string[] | null
}

/** Fixes the types of one entry of the taxonomy; returns it as it is. */
export function defineEventType<const Name extends string, const Schema extends PayloadSchema>(
  definition: EventTypeDefinition<Name, Schema>,
): EventTypeDefinition<Name, Schema> {
  return definition
}
