import { appendFileSync, chmodSync, mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { type OwnServer, ownServer } from '@turnlog/database/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Verification } from '../src/verify/verification.ts'
import { bookkeepingLine, promptLine } from './support/claude-lines.ts'
import { Machine } from './support/turnlog.ts'
import { until } from './support/until.ts'

const SESSION = '11111111-2222-4333-8444-555555555555'
const OTHER = '21111111-2222-4333-8444-555555555555'

let server: OwnServer
beforeAll(async () => {
  server = await ownServer()
}, 60_000)
afterAll(() => server[Symbol.asyncDispose]())

/** A machine on which two transcripts were recorded, and turnlog stopped or, if asked for, still runs. */
async function recorded({ running = false } = {}): Promise<Machine> {
  const machine = new Machine({ DATABASE_URL: server.url })
  await machine.query('truncate events, cursors, dead_letters, skipped_ranges, leases')
  const lines = Array.from({ length: 50 }, (_, index) => promptLine(`u${index}`, `turn ${index}`)).join('')
  writeFileSync(machine.transcript(SESSION), `${lines}${bookkeepingLine('m1')}{broken\n`)
  writeFileSync(machine.transcript(OTHER), promptLine('v1', 'another'))
  const turnlog = machine.start()
  await until(
    () => machine.texts(),
    (texts) => texts.length === 51,
  )
  if (!running) await turnlog.stop()
  return machine
}

async function verify(machine: Machine, ...args: string[]): Promise<Verification & { readonly code: number | null }> {
  const { code, output } = await machine.run('verify', '--json', ...args)
  // A launcher that has to build says so first.
  return { code, ...(JSON.parse(output.slice(output.indexOf('{'))) as Verification) }
}

test('where every byte is accounted for, says so and exits with 0', { timeout: 30_000 }, async () => {
  await using machine = await recorded()
  const size = statSync(machine.transcript(SESSION)).size + statSync(machine.transcript(OTHER)).size
  const { code, output } = await machine.run('verify')
  expect(output).toMatch(/^2 transcripts on disk/)
  expect(output).toMatch(/52 events looked up in the log|53 events looked up in the log/)
  expect(output).toMatch(/Every byte is accounted for\.$/)
  expect(code).toBe(0)
  const { ok, bytes, gaps } = await verify(machine)
  expect({ ok, gaps }).toEqual({ ok: true, gaps: [] })
  expect(bytes).toMatchObject({ on_disk: size, skipped: { malformed: 8 }, unread: 0, open_lines: 0 })
  const skipped = Object.values(bytes.skipped).reduce((sum, reason) => sum + reason, 0)
  expect(bytes.delivered + skipped).toBe(size)
})

test('bytes that are still to be read are pending, not a gap', { timeout: 30_000 }, async () => {
  await using machine = await recorded()
  const line = promptLine('u50', 'later')
  appendFileSync(machine.transcript(SESSION), `${line}{"type":"us`)
  writeFileSync(machine.transcript(OTHER), promptLine('w1', 'x'))
  const { code, bytes, pending_files, restarting_files } = await verify(machine)
  expect(code).toBe(0)
  expect(bytes).toMatchObject({ unread: line.length + promptLine('w1', 'x').length, open_lines: 11 })
  expect({ pending_files, restarting_files }).toEqual({ pending_files: 2, restarting_files: 1 })
})

test('rows that are gone are a gap, and --repair has their files read again by a running watcher', {
  timeout: 60_000,
}, async () => {
  await using machine = await recorded({ running: true })
  const before = await machine.texts()
  await machine.query("delete from events where payload->>'text' in ('turn 7', 'turn 23', 'turn 24')")
  const found = await machine.run('verify')
  expect(found.code).toBe(1)
  expect(found.output).toContain(`${machine.transcript(SESSION)}: 3 events of 51 not in the log, the first at byte `)
  expect(found.output).toContain('turnlog verify --repair')

  const { code, repaired_files } = await verify(machine, '--repair')
  expect({ code, repaired_files }).toEqual({ code: 1, repaired_files: 1 })
  await until(
    () => machine.texts(),
    (texts) => texts.length === before.length,
  )
  expect((await machine.texts()).toSorted()).toEqual(before.toSorted())
  await until(
    () => verify(machine),
    ({ ok, bytes }) => ok && bytes.unread === 0,
  )
  expect(await machine.query('select generation, generation_reason from cursors order by generation')).toEqual([
    { generation: 0, generation_reason: null },
    { generation: 1, generation_reason: 'repaired' },
  ])
})

test('cursors that are lost leave everything pending; it is read again, and nothing is there twice', {
  timeout: 60_000,
}, async () => {
  await using machine = await recorded()
  const before = await machine.query('select * from events order by id')
  await machine.query('truncate cursors')
  const { ok, bytes } = await verify(machine)
  expect({ ok, unread: bytes.unread }).toEqual({ ok: true, unread: bytes.on_disk })
  machine.start()
  await until(
    () => verify(machine, '--fast'),
    (now) => now.ok && now.bytes.unread === 0,
  )
  expect(await machine.query('select * from events order by id')).toEqual(before)
})

test('a cursor that claims bytes in no account is a gap, also for the fast look', { timeout: 30_000 }, async () => {
  await using machine = await recorded()
  await machine.query('update cursors set delivered_bytes = delivered_bytes - 5 where delivered_bytes > 1000')
  const { code, gaps, checked_events } = await verify(machine, '--fast')
  expect(code).toBe(1)
  expect(checked_events).toBeNull()
  expect(gaps).toMatchObject([{ path: machine.transcript(SESSION), kind: 'bytes_unaccounted' }])
})

test('content that was changed behind an unchanged size and time is a gap that --repair mends', {
  timeout: 60_000,
}, async () => {
  await using machine = await recorded()
  const path = machine.transcript(OTHER)
  const { atime, mtimeNs } = statSync(path, { bigint: true })
  writeFileSync(path, promptLine('v2', 'anothex'))
  utimesSync(path, atime, Number(mtimeNs) / 1e9)
  await machine.query(
    `update cursors set mtime_ns = '${statSync(path, { bigint: true }).mtimeNs}' where path = '${path}'`,
  )
  const { gaps, repaired_files } = await verify(machine, '--repair')
  expect(gaps).toMatchObject([{ path, kind: 'changed_unnoticed' }])
  expect(repaired_files).toBe(1)
  machine.start()
  await until(
    () => machine.texts(),
    (texts) => texts.includes('anothex'),
  )
})

test('a refused event is accounted for by its dead letter', { timeout: 60_000 }, async () => {
  await using machine = await recorded({ running: true })
  await machine.query("alter table events add constraint no_bad check (payload->>'text' <> 'bad')")
  appendFileSync(machine.transcript(SESSION), promptLine('b1', 'bad') + promptLine('b2', 'good'))
  await until(
    () => machine.texts(),
    (texts) => texts.includes('good'),
  )
  expect((await verify(machine)).gaps).toEqual([])
  expect(await machine.query('select reason from dead_letters')).toHaveLength(1)

  const listed = await machine.run('dead-letters', 'list')
  expect(listed.code).toBe(0)
  expect(listed.output).toMatch(/no_bad/)
  expect(listed.output).toContain(machine.transcript(SESSION))
  expect(listed.output).toMatch(/1 dead letter$/)
  const refused = await machine.run('dead-letters', 'retry', '--all')
  expect(refused).toMatchObject({ code: 1, output: expect.stringMatching(/0 written, 1 still refused$/) })

  await machine.query('alter table events drop constraint no_bad')
  const [letter] = await machine.query<{ id: string }>('select id from dead_letters')
  const written = await machine.run('dead-letters', 'retry', letter?.id ?? '')
  expect(written).toMatchObject({ code: 0, output: expect.stringMatching(/written, as event \d+\n1 written, 0 still/) })
  expect(await machine.texts()).toContain('bad')
  expect((await machine.run('dead-letters', 'list')).output).toBe('There are no dead letters.')
  expect((await machine.run('dead-letters', 'retry', letter?.id ?? '')).code).toBe(1)
  expect((await verify(machine)).gaps).toEqual([])
})

test('what was read from a compressed transcript is looked up as well', { timeout: 60_000 }, async () => {
  await using machine = await recorded()
  const folder = join(machine.home, '.codex/sessions/2026/05/01')
  mkdirSync(folder, { recursive: true })
  const timestamp = '2026-05-01T10:00:00.000Z'
  const lines = ['first', 'second', 'third'].map(
    (message) => `${JSON.stringify({ timestamp, type: 'event_msg', payload: { type: 'user_message', message } })}\n`,
  )
  const path = join(folder, 'rollout-2026-05-01T10-00-00-019b0000-1111-7aaa-8bbb-000000000001.jsonl.zst')
  writeFileSync(path, zstdCompressSync(lines.join('')))
  expect((await verify(machine)).bytes.unread).toBe(statSync(path).size)
  const turnlog = machine.start()
  await until(
    () => machine.texts(),
    (texts) => texts.includes('third'),
  )
  await turnlog.stop()
  expect(await verify(machine)).toMatchObject({ code: 0, files: 3, bytes: { unread: 0 } })
  await machine.query("delete from events where payload->>'text' = 'second'")
  expect((await verify(machine, '--repair')).gaps).toMatchObject([{ path, kind: 'events_missing' }])
  machine.start()
  await until(
    () => machine.texts(),
    (texts) => texts.includes('second'),
  )
})

test('files that are gone from the disk are no gap', { timeout: 30_000 }, async () => {
  await using machine = await recorded()
  rmSync(machine.transcript(OTHER))
  const { ok, vanished } = await verify(machine)
  expect(ok).toBe(true)
  expect(vanished).toEqual({ files: 1, bytes: promptLine('v1', 'another').length })
})

const isRoot = process.getuid?.() === 0
test.skipIf(isRoot)('a folder that cannot be looked into is a gap', { timeout: 30_000 }, async () => {
  await using machine = await recorded()
  const closed = join(dirname(dirname(machine.transcript(SESSION))), '-closed')
  mkdirSync(closed, { mode: 0o000 })
  const { gaps } = await verify(machine)
  // Opened again, so that the machine's folder can be cleared away.
  chmodSync(closed, 0o700)
  expect(gaps).toMatchObject([{ path: closed, kind: 'unreadable' }])
})

test('arguments that make no sense are refused with the usage', { timeout: 30_000 }, async () => {
  await using machine = new Machine({ DATABASE_URL: server.url })
  expect(await machine.run('verify', '--slow')).toMatchObject({
    code: 64,
    output: expect.stringContaining('Usage: turnlog verify'),
  })
  expect(await machine.run('dead-letters', 'retry')).toMatchObject({
    code: 64,
    output: expect.stringContaining('either ids or `--all`'),
  })
})

test('without a database, says so and exits with 3', { timeout: 30_000 }, async () => {
  await using machine = new Machine()
  expect(await machine.run('verify')).toMatchObject({ code: 3, output: expect.stringContaining('not running') })
})

test('a database that does not answer, or is empty, is said so and is no gap', { timeout: 30_000 }, async () => {
  await using away = new Machine({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' })
  expect(await away.run('verify')).toMatchObject({ code: 3, output: expect.stringContaining('does not answer') })
  await using empty = await ownServer({ migrated: false })
  await using machine = new Machine({ DATABASE_URL: empty.url })
  expect(await machine.run('dead-letters', 'list')).toMatchObject({
    code: 3,
    output: expect.stringContaining('holds nothing of turnlog yet'),
  })
})
