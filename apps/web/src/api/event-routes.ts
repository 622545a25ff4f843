import { behind, readEvent, readEventPage, readLogEnd } from '@turnlog/database'
import { Hono } from 'hono'
import type { LogDatabase } from '../database/log-database.ts'
import { ApiError } from './api-error.ts'
import { formatLogCursor, before as justBefore } from './cursor.ts'
import { eventPageParameters, parseParameters, toEventFilter } from './parameters.ts'
import { toApiEvent } from './to-api-event.ts'

/**
 * `GET /events`: the log, newest first; with `after`, what was recorded later, oldest first. `older` and `newer` are the
 * cursors for `before` and `after` of the next request; `more` says whether that direction has more. With `cut`, texts are
 * cut to so many characters, and `text_length` says how long one was. `GET /events/:id`: one event, whole.
 */
export function createEventRoutes(database: LogDatabase): Hono {
  return new Hono()
    .get('/events', async (c) => {
      const { limit, cut, before, after, ...rest } = parseParameters(eventPageParameters, c.req.query())
      if (before && after) throw oneDirection()
      const request = { filter: toEventFilter(rest), limit, ...(cut && { cut }) }
      return c.json(
        await database.use(async (db) => {
          if (after) {
            const page = await readEventPage(db, { direction: 'newer', from: after, ...request })
            return {
              events: page.events.map(toApiEvent),
              more: page.more,
              older: formatLogCursor(behind(after)),
              newer: formatLogCursor(page.reached),
            }
          }
          const end = before ? justBefore(before) : await readLogEnd(db)
          const page = await readEventPage(db, { direction: 'older', from: behind(end), ...request })
          return {
            events: page.events.map(toApiEvent),
            more: page.more,
            older: page.more ? formatLogCursor(page.reached) : null,
            newer: formatLogCursor(end),
          }
        }),
      )
    })
    .get('/events/:id{[0-9]{1,18}}', async (c) => {
      const event = await database.use((db) => readEvent(db, c.req.param('id')))
      if (event) return c.json(toApiEvent(event))
      throw new ApiError(404, 'no_such_event', 'The log has no event with this id.', 'GET /api/events lists events.')
    })
}

function oneDirection(): ApiError {
  return new ApiError(
    400,
    'invalid_parameter',
    '`before` and `after` were both given.',
    'Give `before` to go back in the log, or `after` to go on.',
  )
}
