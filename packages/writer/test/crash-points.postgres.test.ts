import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { readCursors, readDeadLetters } from '@turnlog/database'
import { freshDatabase } from '@turnlog/database/testing'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { scratch } from './support/scratch.ts'

/*
 * A process is killed exactly at a named point, and started again until it gets through. Whatever the point: every event
 * is there once, the poisoned one is a dead letter, and the cursor stands at the end.
 */

const PROGRAM = fileURLToPath(new URL('./support/crashing-writer.ts', import.meta.url))

const points = [
  'before_statement:3',
  'statement_sent:1',
  'statement_sent:5',
  'after_commit:1',
  'after_commit:6',
  'before_dead_letter',
  'lease_taken',
  'spool_append_before_fsync',
  'spool_append_after_fsync',
  'spool_drain_after_commit',
]

test.each(points)('a crash at %s neither loses nor doubles anything', async (point) => {
  await using database = await freshDatabase()
  await using directory = await scratch()
  const { db } = database
  await sql`alter table events add constraint no_poison check (payload ->> 'text' <> 'poison')`.execute(db)
  // Until the program removes this trigger, events without a file go to the spool.
  await sql`create function refuse() returns trigger language plpgsql as $$ begin
      if new.event_type = 'session_ended' then raise exception using errcode = '53100'; end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger refuse before insert on events for each row execute function refuse()`.execute(db)

  const exits = [await run(database.url, directory.path, point)]
  while (exits.at(-1) !== 0 && exits.length < 4) exits.push(await run(database.url, directory.path))

  expect(exits).toEqual(['SIGKILL', 0])
  const { rows } = await sql<{ turns: number; ends: number }>`
    select count(distinct payload ->> 'turn_uuid')::integer as turns,
      count(*) filter (where event_type = 'turn_detected')::integer as turn_rows,
      count(*) filter (where event_type = 'session_ended')::integer as ends from events`.execute(db)
  expect(rows).toEqual([{ turns: 119, turn_rows: 119, ends: expect.any(Number) }])
  // The sixth end may have been under way, unacknowledged, as the process died; what was acknowledged is here.
  expect(rows[0]?.ends).toBeGreaterThanOrEqual(5)
  expect(await readCursors(db, 'here')).toMatchObject([{ offset: 1_200, tally: { delivered: 1_200 } }])
  expect(await readDeadLetters(db)).toMatchObject([{ offset: 700, sqlstate: '23514' }])
})

async function run(url: string, directory: string, crashAt = ''): Promise<number | string> {
  const env = { ...process.env, TURNLOG_CRASH_AT: crashAt }
  const child = spawn(process.execPath, [PROGRAM, url, directory], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return code ?? signal ?? 'unknown'
}
