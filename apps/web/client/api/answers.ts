import type { StoredSession, TurnMinute } from '@turnlog/database'
import type { HealthDocument } from '@turnlog/health'
import type { SessionState } from '../../src/api/decide-session-state.ts'

export type { TurnPage } from '../../src/api/read-turn-page.ts'
export type { ApiEvent } from '../../src/api/to-api-event.ts'
export type { StreamState } from '../../src/stream/frames.ts'
export type { HealthDocument }

import type { ApiEvent } from '../../src/api/to-api-event.ts'

/** A session as `/api/sessions` tells of it. */
export interface Session extends StoredSession {
  readonly state: SessionState
}

export interface EventPage {
  readonly events: readonly ApiEvent[]
  readonly more: boolean
  readonly older: string | null
  readonly newer: string
}

export interface SessionPage {
  readonly sessions: readonly Session[]
  readonly next: string | null
}

export interface Statistics {
  readonly since: string
  readonly until: string
  /** Those in which somebody spoke. */
  readonly minutes: readonly TurnMinute[]
}
