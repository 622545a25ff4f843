import { parse, v5 } from 'uuid'

/** The namespace of turnlog's keys (RFC 9562 section 5.5). Changing it would make every event a new one. */
const NAMESPACE = parse('7b1d5f0e-3c52-5a86-9d0b-2f6e1c9a4d77')

// Every runtime has it; only the compiler does not know it without the types of Node or of a browser.
const { TextEncoder } = globalThis as unknown as { TextEncoder: new () => { encode(text: string): Uint8Array } }
const ENCODER = new TextEncoder()

/**
 * The identity of an event: a UUID (version 5) that follows from what the event is, so that reading the same source
 * again can never make a second row. Name what stays the same wherever and whenever it is read (agent, transcript,
 * entry), never a path, a host or the time of reading.
 */
export function eventKey(eventType: string, parts: readonly string[]): string {
  // JSON keeps the parts apart whatever characters they hold: ['a', 'b:c'] is not ['a:b', 'c'].
  // As bytes: `v5` goes through a string a character at a time, which costs half as much again.
  return v5(ENCODER.encode(JSON.stringify([eventType, ...parts])), NAMESPACE)
}
