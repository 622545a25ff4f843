import type { ErrorHandler, NotFoundHandler } from 'hono'
import { DatabaseUnavailableError } from '../database/database-unavailable-error.ts'
import type { WebLog } from '../web-log.ts'
import { ApiError, toErrorBody } from './api-error.ts'

/** Answers with JSON, whatever went wrong. What was not foreseen is told to the log, and not to the client. */
export function createErrorHandler(log: WebLog): ErrorHandler {
  return (error, c) => {
    const known = toApiError(error)
    if (known.status === 500) log.error({ err: error, path: c.req.path }, `${c.req.method} ${c.req.path} failed`)
    if (known.status === 503) c.header('Retry-After', '1')
    c.header('Cache-Control', 'no-store')
    return c.json(toErrorBody(known), known.status)
  }
}

export const handleNotFound: NotFoundHandler = (c) => {
  const error = new ApiError(404, 'not_found', 'There is nothing here.', 'GET / shows what there is.')
  return c.json(toErrorBody(error), 404)
}

function toApiError(error: Error): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof DatabaseUnavailableError) {
    return new ApiError(503, 'database_unavailable', error.message, 'Try again in a moment; GET /health says more.')
  }
  return new ApiError(500, 'internal_error', 'Something went wrong.', 'The log of the web server says what.')
}
