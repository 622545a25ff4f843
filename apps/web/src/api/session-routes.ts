import { readSession, readSessions, type StoredSession } from '@turnlog/database'
import { Hono } from 'hono'
import type { LogDatabase } from '../database/log-database.ts'
import { ApiError } from './api-error.ts'
import { formatSessionCursor } from './cursor.ts'
import { decideSessionState } from './decide-session-state.ts'
import { parseParameters, sessionsParameters, turnsParameters } from './parameters.ts'
import { readTurnPage } from './read-turn-page.ts'

export interface SessionRoutesOptions {
  readonly database: LogDatabase
  readonly inactivityTimeoutMs: number
}

/**
 * `GET /sessions`: the one with the latest turn first. `GET /sessions/:uuid`. `GET /sessions/:uuid/turns`: what was
 * said, in that order, from the start, (`at=end`) the end, or (`around`) on both sides of a turn; `earlier` and `later` are
 * cursors for `before` and `after`. Texts can be cut, as in the list of events.
 */
export function createSessionRoutes({ database, inactivityTimeoutMs }: SessionRoutesOptions): Hono {
  const withState = (session: StoredSession) => ({
    ...session,
    state: decideSessionState(session, Date.now(), inactivityTimeoutMs),
  })
  return new Hono()
    .get('/sessions', async (c) => {
      const { limit, agent, project, after } = parseParameters(sessionsParameters, c.req.query())
      const choice = { ...(agent && { agent }), ...(project !== undefined && { project }), ...(after && { after }) }
      const found = await database.use((db) => readSessions(db, { ...choice, limit: limit + 1 }))
      const sessions = found.slice(0, limit)
      const last = sessions.at(-1)
      const next = found.length > limit && last ? formatSessionCursor(last) : null
      return c.json({ sessions: sessions.map(withState), next })
    })
    .get('/sessions/:uuid', async (c) => {
      const session = await database.use((db) => readSession(db, c.req.param('uuid')))
      if (session) return c.json(withState(session))
      throw new ApiError(404, 'no_such_session', 'The log has no such session.', 'GET /api/sessions lists them.')
    })
    .get('/sessions/:uuid/turns', async (c) => {
      const request = parseParameters(turnsParameters, c.req.query())
      const page = await database.use((db) => readTurnPage(db, c.req.param('uuid'), request))
      if (page) return c.json(page)
      throw new ApiError(
        404,
        'no_such_turn',
        'The session has no turn with this id.',
        'Without `around`, it lists them.',
      )
    })
}
