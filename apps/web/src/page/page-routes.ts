import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { type Context, Hono, type MiddlewareHandler } from 'hono'

/** Files below here carry a hash of their content in their names. */
const HASHED = '/assets/'

/** The live page as it was built, or where it was not, a few words on what there is. */
export function createPageRoutes(directory: string): Hono {
  // Looked for at each request: it may be built while the server runs.
  let serve: MiddlewareHandler | undefined
  return new Hono().get('*', async (c, next) => {
    if (!existsSync(join(directory, 'index.html'))) return c.req.path === '/' ? describe(c) : next()
    serve ??= serveStatic({ root: directory, precompressed: true })
    const response = await serve(c, next)
    if (!(response instanceof Response)) return response
    response.headers.set('Cache-Control', c.req.path.startsWith(HASHED) ? FOR_EVER : 'no-cache')
    return response
  })
}

const FOR_EVER = 'public, max-age=31536000, immutable'

function describe(c: Context): Response {
  return c.text(DESCRIPTION, 200, { 'Cache-Control': 'no-store' })
}

const DESCRIPTION = `turnlog records every turn that coding agents take.

The live page was not built. What there is:

  /health                    how turnlog is
  /livez  /readyz            probes
  /metrics                   for Prometheus
  /api/events                the log, newest first: session, type, agent, actor, project, since, until, q, limit, before, after
  /api/events/:id            one event
  /api/events/stream         what is recorded from now on, as server-sent events
  /api/sessions              sessions, the one with the latest turn first: agent, project, limit, after
  /api/sessions/:uuid        one session
  /api/sessions/:uuid/turns  what was said in it: at, limit, before, after
`
