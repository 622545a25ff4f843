import { Hono } from 'hono'
import { createEventRoutes } from './api/event-routes.ts'
import { createErrorHandler, handleNotFound } from './api/handle-error.ts'
import { createSessionRoutes } from './api/session-routes.ts'
import { createStatisticsRoutes } from './api/statistics-routes.ts'
import type { LogDatabase } from './database/log-database.ts'
import { createHealthRoutes } from './health/health-routes.ts'
import type { HealthSource } from './health/health-source.ts'
import { createPageRoutes } from './page/page-routes.ts'
import type { Place } from './security/check-host.ts'
import { guardRequests } from './security/guard-requests.ts'
import { securityHeaders } from './security/security-headers.ts'
import { createStreamRoutes, type StreamContext } from './stream/stream-routes.ts'
import type { WebLog } from './web-log.ts'

export interface AppParts {
  readonly log: WebLog
  readonly version: string
  /** Where the server listens; known when it does. */
  readonly place: () => Place
  readonly database: LogDatabase
  readonly health: HealthSource
  readonly stream: StreamContext
  readonly inactivityTimeoutMs: number
  readonly clientDirectory: string
  /** Aborted when the server begins to stop. */
  readonly stopping: AbortSignal
}

/** Every route of the server. */
export function createApp(parts: AppParts): Hono {
  const { database, stopping } = parts
  const app = new Hono()
  app.onError(createErrorHandler(parts.log))
  app.notFound(handleNotFound)
  app.use(securityHeaders())
  app.use(guardRequests(parts.place))
  app.use(async (c, next) => {
    await next()
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
  })
  app.route('/', createHealthRoutes(parts))
  app.route('/api', createStreamRoutes(parts.stream, stopping))
  app.route('/api', createEventRoutes(database))
  app.route('/api', createSessionRoutes(parts))
  app.route('/api', createStatisticsRoutes(database))
  app.all('/api/*', (c) => handleNotFound(c))
  app.route('/', createPageRoutes(parts.clientDirectory))
  return app
}
