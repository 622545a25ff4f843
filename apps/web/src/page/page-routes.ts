import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { etag } from 'hono/etag'

/** Files below here carry a hash of their content in their names. */
const HASHED = '/assets/'
const FOR_EVER = 'public, max-age=31536000, immutable'

/**
 * The live page as it was built, or where it was not, a few words on what there is. The page itself knows what its
 * addresses mean, so a browser that asks for one that is no file gets the page.
 */
export function createPageRoutes(directory: string): Hono {
  // Looked for at each request: it may be built while the server runs.
  let handlers: { readonly serve: MiddlewareHandler; readonly servePage: MiddlewareHandler } | undefined
  return new Hono().use(etag()).get('*', async (c, next) => {
    if (!existsSync(join(directory, 'index.html'))) return c.req.path === '/' ? describe(c) : next()
    handlers ??= {
      serve: serveStatic({ root: directory, precompressed: true }),
      servePage: serveStatic({ root: directory, path: 'index.html' }),
    }
    const response = await (isPage(c) ? handlers.servePage : handlers.serve)(c, next)
    if (!(response instanceof Response)) return response
    response.headers.set('Cache-Control', c.req.path.startsWith(HASHED) ? FOR_EVER : 'no-cache')
    return response
  })
}

/** An address of the page has no dot in its last part, as every file has; only browsers ask for pages. */
function isPage(c: Context): boolean {
  const { path } = c.req
  return !/\.[^/]*$|%/.test(path) && !path.startsWith(HASHED) && (c.req.header('Accept') ?? '').includes('text/html')
}

function describe(c: Context): Response {
  return c.text(DESCRIPTION, 200, { 'Cache-Control': 'no-store' })
}

const DESCRIPTION = `turnlog records every turn that coding agents take.

The live page was not built. What there is:

  /health                    how turnlog is
  /livez  /readyz            probes
  /metrics                   for Prometheus
  /api/events                the log, newest first: session, type, agent, actor, project, since, until, q, limit, before, after, cut
  /api/events/:id            one event
  /api/events/stream         what is recorded from now on, as server-sent events
  /api/sessions              sessions, the one with the latest turn first: agent, project, limit, after
  /api/sessions/:uuid        one session
  /api/sessions/:uuid/turns  what was said in it: at, around, limit, before, after, cut
  /api/statistics            turns of the last minutes, and how soon they were recorded: minutes
`
