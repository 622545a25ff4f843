import { fitsMarker, type Marker } from './marker.ts'

/** Why a file has to be begun again. */
export type RestartReason = 'truncated' | 'rewritten'

/**
 * Decides whether a file is still the one that was read up to an offset; null if it is.
 *
 * @param readBefore gives that many bytes from just before the offset, or as many as there are
 */
export function decideRestart(
  read: { readonly offset: number; readonly marker: Marker },
  size: number,
  readBefore: (length: number) => Buffer,
): RestartReason | null {
  if (read.offset === 0) return null
  if (size < read.offset) return 'truncated'
  return fitsMarker(read.marker, readBefore(read.marker.length)) ? null : 'rewritten'
}
