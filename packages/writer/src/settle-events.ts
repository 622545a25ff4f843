import type { Committed } from './batch/committed.ts'
import type { WriteResult } from './results.ts'
import type { EventUnit } from './unit.ts'

/** An event whose content the database refuses. */
export class EventRefusedError extends Error {
  readonly sqlstate: string | null
  constructor(sqlstate: string | null, reason: string) {
    super(`The database refuses this event: ${reason}. It is in the table dead_letters`)
    this.name = 'EventRefusedError'
    this.sqlstate = sqlstate
  }
}

/**
 * Tells each event of a committed batch what became of it. Answers with those of which the commit says nothing: they
 * were written by somebody else at that very moment.
 */
export function settleEvents(
  units: readonly EventUnit[],
  committed: Committed,
  attemptsOfExhausted: number,
): readonly EventUnit[] {
  const seen = new Set<string>()
  return units.filter((unit) => {
    const result = toResult(unit.rows[0].key, committed, seen, attemptsOfExhausted)
    if (result !== null) unit.settle(result)
    return result === null
  })
}

function toResult(
  key: string,
  committed: Committed,
  seen: Set<string>,
  attemptsOfExhausted: number,
): WriteResult | null {
  const { newIds, oldIds, refused } = committed
  const repeated = seen.has(key)
  seen.add(key)
  const letter = refused.get(key)
  if (letter !== undefined) {
    const error = new EventRefusedError(letter.sqlstate, letter.reason)
    const attempts = letter.sqlstate === null ? attemptsOfExhausted : 1
    return { status: 'failed', error, attempts, keptIn: 'dead_letters' }
  }
  const newId = newIds.get(key)
  if (newId !== undefined) return { status: repeated ? 'duplicate' : 'written', id: newId }
  const oldId = oldIds.get(key)
  return oldId === undefined ? null : { status: 'duplicate', id: oldId }
}
