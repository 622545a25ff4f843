import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownServer } from '@turnlog/database/testing'
import { assessAbsence, controlSocketPath } from '@turnlog/health'
import { expect, test } from 'vitest'
import { until } from './support/until.ts'
import { startWeb } from './support/web.ts'

const NOWHERE = 'postgres://nobody:secret@127.0.0.1:1/nothing'

/** Answers as the daemon does, with whatever health. */
async function answerAsDaemon(stateDir: string, health: object) {
  const server = createServer((socket) =>
    socket.once('data', () => socket.end(`${JSON.stringify({ ok: true, pid: 1, health })}\n`)),
  )
  await new Promise<void>((done) => server.listen(controlSocketPath(stateDir), done))
  return { [Symbol.asyncDispose]: () => new Promise<void>((done) => server.close(() => done())) }
}

test('with a daemon, its health is shown', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'turnlog-web-'))
  const absent = assessAbsence('')
  const health = {
    ...absent,
    status: 'ok',
    reasons: [],
    watcher: { ...absent.watcher, ready: true, running: true, state: 'running', pid: 4242 },
    database: { reachable: true, embedded: true, version: '18.4' },
  }
  await using _ = await answerAsDaemon(stateDir, health)
  await using web = await startWeb({ databaseUrl: NOWHERE, stateDir })
  const metrics = await web.fetch('/metrics')

  expect(await web.get('/health')).toEqual({ status: 200, body: health })
  expect(await (await web.fetch('/readyz')).text()).toBe('ok')
  expect(await (await web.fetch('/readyz?verbose')).text()).toBe('[+]watcher ok\n[+]database ok\nreadyz check passed\n')
  expect(metrics.headers.get('content-type')).toContain('text/plain')
  expect(await metrics.text()).toContain('turnlog_watcher_up 1')
})

test('without a daemon and without a database it lives, and says what is missing', async () => {
  await using web = await startWeb({ databaseUrl: NOWHERE })
  const { status, body } = await web.get('/health')
  const ready = await web.fetch('/readyz')
  const events = await web.fetch('/api/events')

  expect([status, body.status]).toEqual([503, 'down'])
  expect(body.reasons).toEqual([expect.stringContaining('No daemon runs on')])
  expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('[-]watcher failed')])
  expect(await (await web.fetch('/livez')).text()).toBe('ok')
  expect(await (await web.fetch('/metrics')).text()).toContain('turnlog_watcher_up 0')
  expect(events.status).toBe(503)
  expect(events.headers.get('retry-after')).toBe('1')
  expect(await events.json()).toEqual({
    error: { name: 'database_unavailable', message: 'The database does not answer.', next_step: expect.any(String) },
  })
})

test('without a daemon it finds the embedded database that runs, loses it, and finds it again', async () => {
  await using server = await ownServer()
  await using web = await startWeb({ databaseUrl: 'embedded', stateDir: server.stateDir })
  expect(await web.get('/health')).toMatchObject({
    status: 200,
    body: {
      status: 'degraded',
      database: { reachable: true, embedded: true, version: '18.4' },
      web: { running: true },
    },
  })
  expect((await web.get('/api/sessions')).status).toBe(200)

  await server.stop()
  expect(await web.get('/api/sessions')).toMatchObject({
    status: 503,
    body: { error: { name: 'database_unavailable' } },
  })
  await until(
    () => web.get('/health'),
    ({ status }) => status === 503,
  )
  expect((await web.fetch('/livez')).status).toBe(200)

  await server.start()
  await until(
    () => web.get('/api/sessions'),
    ({ status }) => status === 200,
  )
})

test('a database without tables is unavailable, not broken', async () => {
  await using server = await ownServer({ migrated: false })
  await using web = await startWeb({ databaseUrl: server.url })
  const { status, body } = await web.get('/api/events')
  expect(status).toBe(503)
  expect(body.error.message).toContain('no tables yet')
})

test('closing ends open streams, and can be asked for twice', async () => {
  const stop = new AbortController()
  await using web = await startWeb({ databaseUrl: NOWHERE, signal: stop.signal })
  const stream = await web.fetch('/api/events/stream')
  const ended = stream.text()
  stop.abort()
  await Promise.all([web.server.close(), web.server.close(), ended.catch(() => '')])
  await expect(web.fetch('/livez')).rejects.toThrow()
})

test("a port that is taken is the caller's to deal with", async () => {
  await using web = await startWeb({ databaseUrl: NOWHERE })
  await expect(startWeb({ databaseUrl: NOWHERE, port: web.server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
