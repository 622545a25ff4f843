import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAdaptorServer } from '@hono/node-server'
import { expect, test } from 'vitest'
import { toByteStream } from '../src/stream/to-byte-stream.ts'
import { until } from './support/until.ts'

const PIECE = 'x'.repeat(64 * 1024)

async function serveEndless() {
  const facts = { asked: 0, ended: 0, returned: 0 }
  async function* pieces(): AsyncGenerator<string> {
    try {
      for (;;) {
        facts.asked += 1
        yield PIECE
      }
    } finally {
      facts.returned += 1
    }
  }
  const end = (): void => {
    facts.ended += 1
  }
  const server = createAdaptorServer({ fetch: () => new Response(toByteStream(pieces(), end)) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.pause()
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const close = async () => {
    socket.destroy()
    server.close()
  }
  return { facts, socket, [Symbol.asyncDispose]: close }
}

test('no more is asked for than the connection holds while the client does not read', async () => {
  await using served = await serveEndless()
  await until(
    async () => {
      const before = served.facts.asked
      await sleep(200)
      return served.facts.asked === before && before > 0
    },
    (isStill) => isStill,
  )
  const held = served.facts.asked
  served.socket.resume()
  await until(
    () => served.facts.asked,
    (asked) => asked > held * 2,
  )

  // What the system's own buffers for a loopback connection hold, and one piece.
  expect(held * PIECE.length).toBeLessThan(16_000_000)
})

test('the source is told when the client is gone', async () => {
  await using served = await serveEndless()
  await until(
    () => served.facts.asked,
    (asked) => asked > 0,
  )
  served.socket.destroy()
  await until(
    () => served.facts,
    ({ ended, returned }) => ended === 1 && returned === 1,
  )
})

test('a source that fails ends the answer, and says why to the server only', async () => {
  const failures: unknown[] = []
  const failure = new Error('secret')
  async function* pieces(): AsyncGenerator<string> {
    yield 'some'
    throw failure
  }
  const body = await new Response(toByteStream(pieces(), (error) => failures.push(error))).text()
  expect(body).toBe('some')
  expect(failures).toEqual([failure])
})
