import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from '@turnlog/database'
import { ownServer } from '@turnlog/database/testing'
import { describe, expect, test } from 'vitest'
import { promptLine } from './support/claude-lines.ts'
import { Machine, type Turnlog } from './support/turnlog.ts'
import { until } from './support/until.ts'

const SESSION = '11111111-2222-4333-8444-555555555555'

function lines(from: number, count: number, text = ''): string {
  return Array.from({ length: count }, (_, index) =>
    promptLine(`u${from + index}`, `turn ${from + index}${text}`),
  ).join('')
}

async function saysIt(turnlog: Turnlog, pattern: RegExp): Promise<void> {
  await until(
    () => turnlog.output,
    (output) => pattern.test(output),
  )
}

async function watcherPid(turnlog: Turnlog, not?: number): Promise<number> {
  const starts = await until(
    () => turnlog.log.filter(({ msg, child, pid }) => child === 'watcher' && /^watcher runs/.test(msg) && pid !== not),
    (found) => found.length > 0,
  )
  return starts.at(-1)?.pid as number
}

describe('turnlog start', { timeout: 120_000 }, () => {
  test('records what is there and what comes, and stops in an orderly way', async () => {
    await using machine = new Machine()
    writeFileSync(machine.transcript(SESSION), lines(1, 3))
    const turnlog = machine.start()
    await saysIt(turnlog, /watching 1 file/)
    await until(
      () => machine.texts(),
      (texts) => texts.length === 3,
    )
    appendFileSync(machine.transcript(SESSION), lines(4, 1))
    expect(
      await until(
        () => machine.texts(),
        (texts) => texts.length === 4,
      ),
    ).toEqual(['turn 1', 'turn 2', 'turn 3', 'turn 4'])
    await machine.disconnect()
    const { code, tookMs } = await turnlog.stop()
    expect(code).toBe(0)
    expect(tookMs).toBeLessThan(2_000)
  })

  test('started again, adds no row', async () => {
    await using machine = new Machine()
    writeFileSync(machine.transcript(SESSION), lines(1, 20))
    const first = machine.start()
    await saysIt(first, /watching 1 file/)
    await until(
      () => machine.texts(),
      (texts) => texts.length === 20,
    )
    const before = await machine.query('select * from events order by id')
    await machine.disconnect()
    await first.stop()
    const second = machine.start()
    await saysIt(second, /watching 1 file, 0 B to read/)
    expect(await machine.query('select * from events order by id')).toEqual(before)
  })

  test('with its watcher killed in the middle of the import, records the same rows, none twice', async () => {
    await using machine = new Machine()
    const count = 30_000
    writeFileSync(machine.transcript(SESSION), lines(1, count, 'x'.repeat(300)))
    const turnlog = machine.start({ TURNLOG_LOGGING__LEVEL: 'debug' })
    const pid = await watcherPid(turnlog)
    await until(
      () => machine.texts().catch(() => []),
      (texts) => texts.length > 0,
    )
    process.kill(pid, 'SIGKILL')
    expect((await machine.texts()).length).toBeLessThan(count)
    expect(await watcherPid(turnlog, pid)).not.toBe(pid)
    const texts = await until(
      () => machine.texts(),
      (found) => found.length >= count,
    )
    expect(texts).toEqual(Array.from({ length: count }, (_, index) => `turn ${index + 1}${'x'.repeat(300)}`))
    const [cursor] = await machine.query<{ committed_offset: string }>('select committed_offset from cursors')
    expect(Number(cursor?.committed_offset)).toBe(readFileSync(machine.transcript(SESSION)).length)
  })

  test('stops in an orderly way while the database is away, and records what it had read at the next start', async () => {
    await using machine = new Machine()
    await using server = await ownServer()
    writeFileSync(machine.transcript(SESSION), lines(1, 3))
    const first = machine.start({ DATABASE_URL: server.url })
    await saysIt(first, /watching 1 file/)
    await server.stop('immediate')
    appendFileSync(machine.transcript(SESSION), lines(4, 2))
    await saysIt(first, /cannot be written to|does not answer/)
    const { code, tookMs } = await first.stop()
    expect(code).toBe(0)
    expect(tookMs).toBeLessThan(2_000)
    expect(first.output).not.toMatch(/was killed/)

    await server.start()
    const second = machine.start({ DATABASE_URL: server.url })
    await using connection = connect(server.url, { poolSize: 1 })
    const count = () => connection.pool.query("select 1 from events where event_type = 'turn_detected'")
    expect((await until(count, ({ rowCount }) => rowCount === 5)).rowCount).toBe(5)
    await second.stop()
  })

  test('with a wrong configuration, says all that is wrong and exits with 78', async () => {
    await using machine = new Machine()
    const turnlog = machine.start({
      TURNLOG_SERVER__PORT: 'high',
      TURNLOG_FILE_WATCHER__POLLING_INTERVAL_SECONDS: '-1',
    })
    expect(await turnlog.exited).toBe(78)
    expect(turnlog.output).toMatch(/server\.port/)
    expect(turnlog.output).toMatch(/file_watcher\.polling_interval_seconds/)
  })

  test('is refused with 75 while another one runs on the state directory, and changes nothing', async () => {
    await using machine = new Machine()
    const first = machine.start()
    await saysIt(first, /watching 0 files/)
    const second = machine.start()
    expect(await second.exited).toBe(75)
    expect(second.output).toMatch(/already runs/)
    writeFileSync(machine.transcript(SESSION), lines(1, 1))
    await until(
      () => machine.texts(),
      (texts) => texts.length === 1,
    )
  })
})

describe('turnlog psql-url', { timeout: 120_000 }, () => {
  test('prints where the database is while it runs, and says so when it does not', async () => {
    await using machine = new Machine()
    expect((await machine.run('psql-url')).code).toBe(3)
    const turnlog = machine.start()
    await saysIt(turnlog, /watching 0 files/)
    const { code, output } = await machine.run('psql-url')
    expect(code).toBe(0)
    expect(output).toMatch(/^postgres(ql)?:\/\/turnlog_reader:[^@]+@127\.0\.0\.1:\d+\/turnlog$/m)
    {
      await using reader = connect(output, { poolSize: 1 })
      expect((await reader.pool.query('select from events')).rowCount).toBe(0)
      await expect(reader.pool.query('delete from events')).rejects.toMatchObject({ code: '25006' })
    }
    const admin = await machine.run('psql-url', '--admin')
    expect(admin).toEqual({
      code: 0,
      output: expect.stringMatching(/^postgresql:\/\/turnlog_owner@%2F\S+:\d+\/turnlog$/),
    })
    {
      await using owner = connect(admin.output, { poolSize: 1 })
      expect((await owner.pool.query('delete from events')).rowCount).toBe(0)
    }
    await turnlog.stop()
    expect((await machine.run('psql-url')).code).toBe(3)
  })
})
