import { expect, test } from 'vitest'
import type { JsonObject } from '../../src/json.ts'
import { SessionClock } from '../../src/sessions/session-clock.ts'

const HOUR = 3_600_000

function createClock(state: JsonObject | null = null): SessionClock {
  const clock = new SessionClock({ agent: 'codex', timeoutMs: HOUR, state })
  clock.register('s1')
  return clock
}

test('a session ends once its silence is longer than the timeout, and is said to have ended once', () => {
  const clock = createClock()
  clock.observe('2026-05-01T10:00:00Z')
  clock.observe('2026-05-01T10:20:00Z')
  expect(clock.tick(Date.parse('2026-05-01T11:20:00Z'))).toBeNull()
  expect(clock.tick(Date.parse('2026-05-01T11:20:01Z'))).toMatchObject({
    event_type: 'session_ended',
    timestamp: '2026-05-01T10:20:00Z',
    payload: { session_uuid: 's1', reason: 'timeout', duration_seconds: 1200 },
  })
  expect(clock.tick(Date.parse('2026-05-02T00:00:00Z'))).toBeNull()
})

test('history that holds such a silence yields the same end as watching it would have', () => {
  const watched = createClock()
  watched.observe('2026-05-01T10:00:00Z')
  const live = watched.tick(Date.parse('2026-05-01T12:00:00Z'))

  const imported = createClock()
  imported.observe('2026-05-01T10:00:00Z')
  expect(imported.observe('2026-05-01T15:00:00Z')).toEqual(live)
})

test('a session that comes back can end again, as another event', () => {
  const clock = createClock()
  clock.observe('2026-05-01T10:00:00Z')
  const first = clock.tick(Date.parse('2026-05-01T12:00:00Z'))
  clock.observe('2026-05-01T15:00:00Z')
  const second = clock.tick(Date.parse('2026-05-01T17:00:00Z'))
  expect(second?.event_key).not.toBe(first?.event_key)
  expect(second?.payload).toMatchObject({ duration_seconds: 0 })
})

test('an entry with an earlier time than the one before it is no sign of a new life', () => {
  const clock = createClock()
  clock.observe('2026-05-01T10:00:00Z')
  clock.observe('2026-05-01T09:59:00Z')
  expect(clock.dueAt).toBe(Date.parse('2026-05-01T11:00:00Z'))
})

test('goes on from its snapshot as if nothing had happened', () => {
  const clock = createClock()
  clock.observe('2026-05-01T10:00:00Z')
  const restored = createClock(JSON.parse(JSON.stringify(clock.snapshot())) as JsonObject)
  const later = Date.parse('2026-05-01T12:00:00Z')
  expect(restored.tick(later)).toEqual(clock.tick(later))
})

test('a transcript in which no session was named ends nothing', () => {
  const clock = new SessionClock({ agent: 'codex', timeoutMs: HOUR, state: null })
  clock.observe('2026-05-01T10:00:00Z')
  expect(clock.tick(Date.parse('2026-05-03T10:00:00Z'))).toBeNull()
})
