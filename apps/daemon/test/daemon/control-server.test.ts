import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { askDaemon, controlSocketPath, type DaemonRequest } from '@turnlog/health'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openControlServer } from '../../src/daemon/control-server.ts'

let stateDir: string
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'turnlog-control-'))
})
afterEach(() => rmSync(stateDir, { recursive: true, force: true }))

const agree = () => ({ ok: true, pid: 42 }) as const

/** Sends anything at all, and hears the end of it. */
async function send(bytes: string): Promise<string> {
  const socket = connect(controlSocketPath(stateDir))
  socket.on('error', () => {})
  socket.write(bytes)
  return text(socket).catch(() => '')
}

test('answers requests, several at once', async () => {
  const requests: DaemonRequest[] = []
  const server = await openControlServer(stateDir, (request) => {
    requests.push(request)
    return agree()
  })
  const replies = await Promise.all([
    askDaemon(stateDir, { ask: 'health' }),
    askDaemon(stateDir, { ask: 'restart', child: 'watcher' }),
  ])
  expect(replies).toEqual([
    { kind: 'answered', answer: agree() },
    { kind: 'answered', answer: agree() },
  ])
  expect(requests).toHaveLength(2)
  server.close()
})

test('is open to this account alone', async () => {
  const server = await openControlServer(stateDir, agree)
  expect(statSync(controlSocketPath(stateDir)).mode & 0o777).toBe(0o600)
  server.close()
})

test('takes the place of a socket that a killed daemon left behind, and leaves nothing itself', async () => {
  writeFileSync(controlSocketPath(stateDir), '')
  const server = await openControlServer(stateDir, agree)
  expect((await askDaemon(stateDir, { ask: 'health' })).kind).toBe('answered')
  server.close()
  expect((await askDaemon(stateDir, { ask: 'health' })).kind).toBe('absent')
})

test.each([
  ['nonsense', 'hello\n'],
  ['no JSON object', '[]\n'],
  ['a request that it does not know', '{"ask":"explode"}\n'],
])('refuses %s in words', async (_title, bytes) => {
  const server = await openControlServer(stateDir, agree)
  expect(JSON.parse(await send(bytes))).toMatchObject({ ok: false })
  server.close()
})

test('hangs up on somebody who never comes to an end', async () => {
  const server = await openControlServer(stateDir, agree)
  expect(await send('x'.repeat(100_000))).toBe('')
  expect((await askDaemon(stateDir, { ask: 'health' })).kind).toBe('answered')
  server.close()
})
