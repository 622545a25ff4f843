import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { askDaemon, assessHealth, controlSocketPath, isWatcherRunning } from '../src/index.ts'
import { facts } from './facts.ts'

let stateDir: string
beforeEach(() => (stateDir = mkdtempSync(join(tmpdir(), 'turnlog-health-'))))
afterEach(() => rmSync(stateDir, { recursive: true, force: true }))

/** Something that listens where the daemon would. */
async function listen(onRequest: (line: string, socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('data', (data) => onRequest(String(data), socket)).on('error', () => {})
  })
  await new Promise<void>((done) => server.listen(controlSocketPath(stateDir), done))
  return {
    [Symbol.asyncDispose]: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise<void>((done) => server.close(() => done()))
    },
  }
}

const answerHealth = (document: unknown) => (_: string, socket: Socket) =>
  void socket.end(`${JSON.stringify({ ok: true, pid: 1, health: document })}\n`)

describe('askDaemon', () => {
  test('sends one line and hands out the answer', async () => {
    const requests: string[] = []
    await using _daemon = await listen((line, socket) => {
      requests.push(line)
      socket.end('{"ok":true,"pid":42}\n')
    })
    expect(await askDaemon(stateDir, { ask: 'restart', child: 'web' })).toEqual({
      kind: 'answered',
      answer: { ok: true, pid: 42 },
    })
    expect(requests).toEqual(['{"ask":"restart","child":"web"}\n'])
  })

  test('finds no daemon where there never was one', async () => {
    expect(await askDaemon(stateDir, { ask: 'health' })).toEqual({ kind: 'absent' })
    expect(await askDaemon(join(stateDir, 'nowhere'), { ask: 'health' })).toEqual({ kind: 'absent' })
  })

  test('finds no daemon behind the socket of one that was killed', async () => {
    writeFileSync(controlSocketPath(stateDir), '')
    expect((await askDaemon(stateDir, { ask: 'health' })).kind).toBe('absent')
  })

  test('does not wait for ever for one that hangs', async () => {
    await using _daemon = await listen(() => {})
    const reply = await askDaemon(stateDir, { ask: 'health' }, { timeoutMs: 50 })
    expect(reply).toEqual({ kind: 'silent', problem: 'it did not answer within 50 ms' })
  })

  test.each(['nonsense\n', '{"ok":true}\n', '[]\n', ''])('believes no answer like %j', async (answer) => {
    await using _daemon = await listen((_, socket) => void socket.end(answer))
    expect((await askDaemon(stateDir, { ask: 'health' })).kind).toBe('silent')
  })

  test('after a stop, waits for the end of the connection', async () => {
    let ended = false
    await using _daemon = await listen((_, socket) => {
      socket.write('{"ok":true,"pid":42}\n')
      setTimeout(() => {
        ended = true
        socket.destroy()
      }, 50)
    })
    const reply = await askDaemon(stateDir, { ask: 'stop' }, { untilClosed: true })
    expect(reply.kind).toBe('answered')
    expect(ended).toBe(true)
  })
})

describe('isWatcherRunning', () => {
  test('is true while the watcher runs', async () => {
    await using _daemon = await listen(answerHealth(assessHealth(facts())))
    expect(await isWatcherRunning({ stateDir })).toBe(true)
  })

  test('is false while the watcher is being restarted', async () => {
    await using _daemon = await listen(answerHealth(assessHealth(facts({ watcher: { state: 'backing_off' } }))))
    expect(await isWatcherRunning({ stateDir })).toBe(false)
  })

  test('is false without a daemon', async () => {
    expect(await isWatcherRunning({ stateDir })).toBe(false)
  })
})
