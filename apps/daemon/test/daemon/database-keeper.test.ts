import type { EmbeddedPostgres } from '@turnlog/database'
import { expect, test } from 'vitest'
import { DatabaseKeeper } from '../../src/daemon/database-keeper.ts'
import { createLogger } from '../../src/logging/create-logger.ts'
import { until } from '../support/until.ts'

/** A server that runs until it is told to end, or ends by itself. */
function server(port: number) {
  const exited = Promise.withResolvers<{ code: number | null; signal: NodeJS.Signals | null }>()
  const stops: (string | undefined)[] = []
  const running: EmbeddedPostgres = {
    url: `postgresql://turnlog_owner@%2Fsocket:${port}/turnlog`,
    superuserUrl: `postgresql://turnlog@%2Fsocket:${port}/turnlog`,
    port,
    pid: 1,
    adopted: false,
    version: '18.4',
    exited: exited.promise,
    async stop(mode) {
      stops.push(mode)
      if (mode === 'immediate' || !running.adopted) exited.resolve({ code: 0, signal: null })
      await exited.promise
    },
  }
  return { running, stops, die: () => exited.resolve({ code: null, signal: 'SIGKILL' }) }
}

function keep(start: (attempt: number) => Promise<EmbeddedPostgres>) {
  const lines: { level: number; msg: string }[] = []
  const log = createLogger({ level: 'debug' }, 'test', { write: (line) => void lines.push(JSON.parse(line)) })
  const urls: string[] = []
  let attempts = 0
  const keeper = new DatabaseKeeper({ start: () => start(++attempts), log, onUp: (url) => void urls.push(url) })
  return { keeper, urls, lines, attempts: () => attempts }
}

test('tells where the server is once it is up, and again after each restart', async () => {
  const [first, second] = [server(1111), server(2222)]
  const { keeper, urls, lines } = keep(async (attempt) => (attempt === 1 ? first : second).running)
  expect(keeper.facts()).toMatchObject({ reachable: false, problems: [{ passing: true }] })
  await until(
    () => urls.length,
    (count) => count === 1,
  )
  expect(keeper.facts()).toEqual({ reachable: true, embedded: true, version: '18.4', problems: [] })
  first.die()
  await until(
    () => urls.length,
    (count) => count === 2,
  )
  expect(urls).toEqual([first.running.url, second.running.url])
  expect(lines).toMatchObject([{ level: 50, msg: expect.stringContaining('SIGKILL') }])
  await keeper.stop(1_000)
})

test('tries again after a failed start, says why meanwhile, and one time is enough for the log', async () => {
  const good = server(1111)
  const { keeper, urls, lines } = keep(async (attempt) => {
    if (attempt < 4) throw new Error('the disk is full')
    return good.running
  })
  await until(
    () => keeper.facts().problems[0]?.sentence ?? '',
    (sentence) => sentence.includes('the disk is full'),
  )
  expect(keeper.facts().problems[0]).not.toHaveProperty('passing')
  await until(
    () => urls.length,
    (count) => count === 1,
  )
  expect(keeper.facts().problems).toEqual([])
  expect(lines.filter(({ level }) => level === 50)).toHaveLength(1)
  await keeper.stop(1_000)
})

test('does not start what it was told to stop', async () => {
  const only = server(1111)
  const { keeper, urls, attempts } = keep(async () => only.running)
  await until(
    () => urls.length,
    (count) => count === 1,
  )
  await keeper.stop(1_000)
  expect([attempts(), only.stops]).toEqual([1, [undefined]])
})

test('stops while it waits for the next attempt', async () => {
  const { keeper, attempts } = keep(() => Promise.reject(new Error('no')))
  await until(attempts, (count) => count === 3)
  await keeper.stop(1_000)
  expect(attempts()).toBeLessThanOrEqual(4)
})

test('loses patience with a server that takes its time to stop', async () => {
  const slow = server(1111)
  Object.assign(slow.running, { adopted: true })
  const { keeper, urls } = keep(async () => slow.running)
  await until(
    () => urls.length,
    (count) => count === 1,
  )
  await keeper.stop(20)
  expect(slow.stops).toEqual([undefined, 'immediate'])
})
