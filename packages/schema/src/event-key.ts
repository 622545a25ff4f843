import { parse, v5 } from 'uuid'
import { nativeHash } from './native-hash.ts'

/** The namespace of turnlog's keys (RFC 9562 section 5.5). Changing it would make every event a new one. */
const NAMESPACE = parse('7b1d5f0e-3c52-5a86-9d0b-2f6e1c9a4d77')

// Every runtime has it; only the compiler does not know it without the types of Node or of a browser.
const { TextEncoder } = globalThis as unknown as {
  TextEncoder: new () => {
    encode(text: string): Uint8Array
    encodeInto(text: string, into: Uint8Array): { readonly written: number }
  }
}
const ENCODER = new TextEncoder()

/** Longer names (words, instead of ids) go the slower way, which makes room for them. */
const LONGEST_USUAL_NAME = 1_000
/** A character of a string takes three bytes at most. */
const SCRATCH = new Uint8Array(NAMESPACE.length + LONGEST_USUAL_NAME * 3)
SCRATCH.set(NAMESPACE)
const SCRATCH_NAME = SCRATCH.subarray(NAMESPACE.length)

const VARIANTS = '89ab'

/**
 * The identity of an event: a UUID (version 5) that follows from what the event is, so that reading the same source
 * again can never make a second row. Name what stays the same wherever and whenever it is read (agent, transcript,
 * entry), never a path, a host or the time of reading.
 */
export function eventKey(eventType: string, parts: readonly string[]): string {
  // JSON keeps the parts apart whatever characters they hold: ['a', 'b:c'] is not ['a:b', 'c'].
  const name = JSON.stringify([eventType, ...parts])
  if (nativeHash === null || name.length > LONGEST_USUAL_NAME) return portableKey(name)
  const { written } = ENCODER.encodeInto(name, SCRATCH_NAME)
  return toUuid(nativeHash('sha1', SCRATCH.subarray(0, NAMESPACE.length + written), 'hex'))
}

/** The same key, with what every runtime has; for 50,000 events that is a fifth of a second more. */
export function portableKey(name: string): string {
  // As bytes: `v5` goes through a string a character at a time, which costs half as much again.
  return v5(ENCODER.encode(name), NAMESPACE)
}

function toUuid(hex: string): string {
  const variant = VARIANTS[Number.parseInt(hex.charAt(16), 16) & 3]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
