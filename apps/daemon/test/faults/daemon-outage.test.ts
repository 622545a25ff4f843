import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { ownServer } from '@turnlog/database/testing'
import type { HealthDocument } from '@turnlog/health'
import { expect, test } from 'vitest'
import { promptLine } from '../support/claude-lines.ts'
import { type LogLine, Machine } from '../support/turnlog.ts'
import { until } from '../support/until.ts'
import { expectRecorded } from './support/expect-recorded.ts'

const EVENTS = 200
const AWAY_MS = 2_500

test('the failures of an outage are counted and logged, each event with its details, and all is written afterwards', {
  timeout: 60_000,
}, async () => {
  await using server = await ownServer()
  await using machine = new Machine({ DATABASE_URL: server.url })
  const path = machine.transcript('11111111-2222-4333-8444-555555555555')
  writeFileSync(path, promptLine('u', 'before'))
  const turnlog = machine.start()
  await until(
    () => machine.texts(),
    (texts) => texts.length === 1,
  )
  // Only inserts fail, so that the watcher stays the same and has to sit it out.
  await machine.query(`create function no_room() returns trigger language plpgsql as $$ begin
    raise exception using errcode = '53100', message = 'No space left on device'; end $$`)
  await machine.query('create trigger no_room before insert on events execute function no_room()')
  const lines = Array.from({ length: EVENTS }, (_, line) => promptLine(`u${line}`, `turn ${line}`))
  writeFileSync(path, promptLine('u', 'before') + lines.join(''))
  await sleep(AWAY_MS)
  const during = await status(machine)
  expect(during.status).not.toBe('ok')
  expect(during.writer).toMatchObject({ failed_write_count: EVENTS, pending_count: EVENTS })
  await machine.query('drop trigger no_room on events')
  await expectRecorded(machine, [path])

  const after = await until(
    () => status(machine),
    ({ writer }) => writer.pending_count === 0,
  )
  expect(after.writer).toMatchObject({ failed_write_count: EVENTS, spooled_count: 0, dead_letter_count: 0 })
  const told = turnlog.log as readonly (LogLine & { readonly count?: number; readonly events?: readonly object[] })[]
  const failures = told.filter(({ msg }) => /^not written after 4 attempts, kept in the file/.test(msg))
  expect(failures.reduce((sum, { count }) => sum + (count ?? 0), 0)).toBe(EVENTS)
  const details = told.flatMap(({ msg, events }) => (msg.startsWith('not written: ') ? (events ?? []) : []))
  expect(details).toHaveLength(EVENTS)
  expect(details[0]).toMatchObject({ event_type: 'turn_detected', path, length: lines[0]?.length })
  expect(turnlog.output).toMatch(/the database can be written to again, after/)
})

async function status(machine: Machine): Promise<HealthDocument> {
  const { output } = await machine.run('status', '--json')
  return JSON.parse(output.slice(output.indexOf('{'))) as HealthDocument
}
