import { readTurnMinutes } from '@turnlog/database'
import { Hono } from 'hono'
import type { LogDatabase } from '../database/log-database.ts'
import { parseParameters, statisticsParameters } from './parameters.ts'

const MINUTE_MS = 60_000

/**
 * `GET /statistics`: the turns of the last `minutes`, the current one with them, by minute and agent, and how long it took
 * from being said to being recorded. Minutes in which nobody spoke are left out.
 */
export function createStatisticsRoutes(database: LogDatabase): Hono {
  return new Hono().get('/statistics', async (c) => {
    const { minutes } = parseParameters(statisticsParameters, c.req.query())
    const current = Math.floor(Date.now() / MINUTE_MS)
    const range = { since: toMoment(current - minutes + 1), until: toMoment(current + 1) }
    return c.json({ ...range, minutes: await database.use((db) => readTurnMinutes(db, range)) })
  })
}

function toMoment(minute: number): string {
  return new Date(minute * MINUTE_MS).toISOString()
}
