/** A value that JSON can say. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

/** An object that JSON can say; what parsers keep between two reads has this shape. */
export interface JsonObject {
  readonly [key: string]: JsonValue
}
