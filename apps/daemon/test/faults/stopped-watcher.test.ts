import { join } from 'node:path'
import { ownServer } from '@turnlog/database/testing'
import { expect, test } from 'vitest'
import { Machine } from '../support/turnlog.ts'
import { until } from '../support/until.ts'
import { startAppender } from './support/appender.ts'
import { caughtUp, expectRecorded } from './support/expect-recorded.ts'
import { readCommitted } from './support/recording.ts'
import { SEED } from './support/scale.ts'
import { superviseWatcher } from './support/watcher-process.ts'

test('a watcher that is stopped in the middle of a batch, replaced, and continued loses and doubles nothing', {
  timeout: 240_000,
}, async () => {
  await using server = await ownServer()
  await using machine = new Machine({ DATABASE_URL: server.url })
  const paths = Array.from({ length: 5 }, (_, file) => machine.transcript(`file-${file}`))
  await using appender = startAppender(paths, { seed: SEED, bytesPerSecond: 100_000 })
  await using first = await superviseWatcher(machine, server.url)
  await until(() => readCommitted(machine), isAbove(0))

  // Its transaction has moved cursors and waits with the insert; then the process stops, and never commits.
  await machine.query('begin')
  await machine.query('lock table events in share mode')
  await until(
    () => machine.query("select from pg_locks where not granted and relation = 'events'::regclass"),
    (waiting) => waiting.length > 0,
  )
  process.kill(first.pid ?? 0, 'SIGSTOP')
  await machine.query('rollback')

  // Another state directory, as another machine with the same host name would have.
  await using second = await superviseWatcher(machine, server.url, join(machine.folder, 'second-state'))
  const before = await readCommitted(machine)
  await until(() => readCommitted(machine), isAbove(before))
  process.kill(first.pid ?? 0, 'SIGCONT')
  await first.said(/another watcher took (over|the lease)/)
  const epochs = await machine.query<{ epoch: string }>('select epoch from leases')
  expect(epochs).toEqual([{ epoch: '2' }])

  await appender.finish()
  await caughtUp(machine, paths, 60_000)
  await expectRecorded(machine, paths)
  expect(await machine.query('select sqlstate, reason from dead_letters')).toEqual([])
  expect([...first.ends, ...second.ends]).toEqual([])
})

function isAbove(count: number): (committed: number) => boolean {
  return (committed) => committed > count
}
