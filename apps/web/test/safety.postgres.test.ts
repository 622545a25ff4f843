import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { freshDatabase } from '@turnlog/database/testing'
import { expect, test } from 'vitest'
import { isOwnHost, isOwnOrigin } from '../src/security/check-host.ts'
import { startWeb } from './support/web.ts'

const NOWHERE = 'postgres://nobody:secret@127.0.0.1:1/nothing'

function statusFor(port: number, headers: Record<string, string>, method = 'GET'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path: '/livez', headers, setHost: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject)
    sent.end()
  })
}

test('only requests for this very server are answered', async () => {
  await using web = await startWeb({ databaseUrl: NOWHERE })
  const { port } = web.server
  for (const name of ['localhost', '127.0.0.1', '[::1]', 'LOCALHOST']) {
    expect(await statusFor(port, { Host: `${name}:${port}` })).toBe(200)
  }
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    'localhost',
    `localhost:${port + 1}`,
    `localhost.evil:${port}`,
  ]) {
    expect(await statusFor(port, { Host: host }), host).toBe(421)
  }
  expect(await statusFor(port, {})).toBe(400)
})

test('only pages of this server may send anything but a question', async () => {
  await using web = await startWeb({ databaseUrl: NOWHERE })
  const { port } = web.server
  const Host = `localhost:${port}`
  expect(await statusFor(port, { Host }, 'POST')).toBe(403)
  expect(await statusFor(port, { Host, Origin: 'http://evil.example' }, 'POST')).toBe(403)
  expect(await statusFor(port, { Host, Origin: 'null' }, 'DELETE')).toBe(403)
  expect(await statusFor(port, { Host, Origin: `http://${Host}` }, 'POST')).toBe(404)
})

test('a server that listens everywhere answers to its addresses, and to no name', () => {
  const place = { host: '0.0.0.0', port: 5055 }
  expect(isOwnHost('192.168.1.7:5055', place)).toBe(true)
  expect(isOwnHost('[fe80::1]:5055', place)).toBe(true)
  expect(isOwnHost('rebound.example:5055', place)).toBe(false)
  expect(isOwnHost('192.168.1.7:5055', { host: '127.0.0.1', port: 5055 })).toBe(false)
  expect(isOwnHost('Log.Example:80', { host: 'log.example', port: 80 })).toBe(true)
  expect(isOwnHost('log.example', { host: 'log.example', port: 80 })).toBe(true)
  expect(isOwnOrigin('https://localhost:5055', place)).toBe(false)
})

test('every answer forbids what transcripts might try', async () => {
  await using web = await startWeb({ databaseUrl: NOWHERE })
  for (const path of [
    '/',
    '/health',
    '/livez',
    '/metrics',
    '/api/events',
    '/api/nothing',
    '/api/events/stream',
    '/no/such/page',
  ]) {
    const response = await web.fetch(path)
    await response.body?.cancel()
    const { headers } = response
    expect(headers.get('content-security-policy'), path).toContain("default-src 'self'")
    expect(headers.get('content-security-policy')).not.toContain('unsafe')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-powered-by')).toBeNull()
  }
})

test('a failure that nobody foresaw is told to the log, and not to the client', async () => {
  await using database = await freshDatabase()
  await database.pool.query('alter table events rename column payload to something_else')
  await using web = await startWeb({ databaseUrl: database.url })
  const { status, body } = await web.get('/api/events')
  expect(status).toBe(500)
  expect(Object.keys(body.error)).toEqual(['name', 'message', 'next_step'])
  expect(JSON.stringify(body)).not.toMatch(/payload|column|\.ts|node_modules/)
  expect(web.said.join()).toContain('GET /api/events failed')
})

test('without a built page, / says what there is; with one, it is served, and only it', async () => {
  await using web = await startWeb({ databaseUrl: NOWHERE })
  expect(await (await web.fetch('/')).text()).toContain('/api/sessions')
  const client = join(web.stateDir, 'client')
  mkdirSync(join(client, 'assets'), { recursive: true })
  writeFileSync(join(client, 'index.html'), '<!doctype html><title>turnlog</title>')
  writeFileSync(join(client, 'assets/app-1234.js'), 'export {}')
  writeFileSync(join(web.stateDir, 'secret'), 'secret')
  const page = await web.fetch('/')
  const asset = await web.fetch('/assets/app-1234.js')

  expect(await page.text()).toContain('<title>')
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(page.headers.get('cache-control')).toBe('no-cache')
  expect(asset.headers.get('cache-control')).toContain('immutable')
  expect(asset.headers.get('content-type')).toContain('javascript')
  expect((await web.fetch('/%2e%2e/secret')).status).toBe(404)
  expect((await web.fetch('/..%2fsecret')).status).toBe(404)
  expect((await web.fetch('/assets/none.js')).status).toBe(404)
})

test('an address of the page that is no file gets the page, for browsers only', async () => {
  await using web = await startWeb({ databaseUrl: NOWHERE })
  writePage(web.stateDir)
  const browser = { headers: { Accept: 'text/html,*/*;q=0.8' } }
  for (const path of ['/session/some-session', '/feed', '/no/such/page']) {
    expect(await (await web.fetch(path, browser)).text(), path).toContain('<title>')
    expect((await web.fetch(path)).status).toBe(404)
  }
  for (const path of ['/api/nothing', '/api/', '/assets/none.js', '/none.png', '/..%2fsecret']) {
    const answer = await web.fetch(path, browser)
    expect(answer.status, path).toBe(404)
    expect(await answer.json()).toMatchObject({ error: { name: 'not_found' } })
  }
})

test('a page that is known is not sent again, and its head is told without it', async () => {
  await using web = await startWeb({ databaseUrl: NOWHERE })
  writePage(web.stateDir)
  const first = await web.fetch('/')
  const headers = { 'If-None-Match': first.headers.get('etag') ?? '' }
  const again = await web.fetch('/', { headers })
  const head = await web.fetch('/', { method: 'HEAD' })

  expect(again.status).toBe(304)
  expect(again.headers.get('content-security-policy')).toContain("default-src 'self'")
  expect([head.status, await head.text()]).toEqual([200, ''])
  expect(head.headers.get('content-type')).toContain('text/html')
  for (const path of ['/livez', '/health', '/api/events/stream']) {
    const answer = await web.fetch(path, { method: 'HEAD' })
    expect([await answer.text(), answer.status < 500 || path === '/health']).toEqual(['', true])
  }
})

function writePage(stateDir: string): void {
  mkdirSync(join(stateDir, 'client'), { recursive: true })
  writeFileSync(join(stateDir, 'client/index.html'), '<!doctype html><title>turnlog</title>')
}
