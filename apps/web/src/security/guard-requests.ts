import type { MiddlewareHandler } from 'hono'
import { ApiError } from '../api/api-error.ts'
import { isOwnHost, isOwnOrigin, type Place } from './check-host.ts'

const READING = new Set(['GET', 'HEAD'])

/** Refuses what other pages could make a browser send here: names that are not ours, changes from elsewhere. */
export function guardRequests(place: () => Place): MiddlewareHandler {
  return async (c, next) => {
    if (!isOwnHost(c.req.header('Host'), place())) throw wrongHost(place())
    const origin = c.req.header('Origin')
    if (!READING.has(c.req.method) && (origin === undefined || !isOwnOrigin(origin, place()))) throw wrongOrigin()
    await next()
  }
}

function wrongHost({ port }: Place): ApiError {
  return new ApiError(
    421,
    'wrong_host',
    'The Host header names another server.',
    `Ask http://localhost:${port}, or set \`server.host\` to the name that this server is to have.`,
  )
}

function wrongOrigin(): ApiError {
  return new ApiError(403, 'wrong_origin', 'Only pages of this server may change anything.', 'Send it from there.')
}
