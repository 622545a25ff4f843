import type { FileCursor } from '../file-cursor.ts'
import { NO_MARKER } from '../reading/marker.ts'
import { fromSavedState, toSavedState } from '../reading/saved-state.ts'

/**
 * A cursor from which the whole file is read again, as a new generation. It stays the same transcript, so that its
 * events keep their identity and only those that are missing are added.
 */
export function toRestartedCursor(cursor: FileCursor): FileCursor {
  const { transcript } = toSavedState(cursor.state)
  return {
    ...cursor,
    generation: cursor.generation + 1,
    offset: 0,
    marker: NO_MARKER,
    state: fromSavedState({ transcript, parser: null, clock: null }),
    // No file has these: it is looked at, however long ago it was written.
    size: -1,
    mtimeNs: '-1',
  }
}
