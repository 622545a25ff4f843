import { hash } from 'node:crypto'

/** How many bytes before the offset a marker covers at most. */
export const MARKER_BYTES = 256

/** A hash of the `length` bytes just before an offset. */
export interface Marker {
  readonly hash: string
  readonly length: number
}

/** The marker of a file that was not read yet: it fits every file. */
export const NO_MARKER: Marker = { hash: '', length: 0 }

/** Marks the end of `bytes`, of which the last {@link MARKER_BYTES} count. */
export function markerOf(bytes: Buffer): Marker {
  if (bytes.length === 0) return NO_MARKER
  const tail = bytes.subarray(Math.max(0, bytes.length - MARKER_BYTES))
  return { hash: hash('sha1', tail, 'hex'), length: tail.length }
}

/** Tells whether the bytes just before an offset are still the marked ones. */
export function fitsMarker(marker: Marker, before: Buffer): boolean {
  return marker.length === 0 || (before.length === marker.length && hash('sha1', before, 'hex') === marker.hash)
}
