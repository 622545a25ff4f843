import { appendFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { promptLine } from './support/claude-lines.ts'
import { healthOf, isWell } from './support/health.ts'
import { Machine } from './support/turnlog.ts'
import { until } from './support/until.ts'

const SESSIONS = [1, 2, 3].map((number) => `${number}1111111-2222-4333-8444-555555555555`)

/** Makes the database refuse events whose text contains a mark. */
const refuse = (mark: string, sqlstate: string) => [
  `create function refuse_marked() returns trigger language plpgsql as $$ begin
     if new.payload ->> 'text' like '%${mark}%' then
       raise exception using errcode = '${sqlstate}', message = 'refused for the test';
     end if;
     return new; end $$`,
  'create trigger refuse_marked before insert on events for each row execute function refuse_marked()',
]

describe('events that the database refuses for good', { timeout: 120_000 }, () => {
  test.each(['40001', '57014'])(
    'with %s each time, in two files: their neighbours and all other files are written, and health names them',
    async (sqlstate) => {
      await using machine = new Machine()
      const turnlog = machine.start()
      await healthOf(machine, isWell)
      for (const statement of refuse('MARK', sqlstate)) await machine.query(statement)

      for (const [file, session] of SESSIONS.entries()) {
        const bad = file < 2 ? promptLine(`bad-${file}`, 'a MARK in it') : ''
        const lines = ['before', 'after'].map((text) => promptLine(`${text}-${file}`, `${text} ${file}`))
        appendFileSync(machine.transcript(session), `${lines[0]}${bad}${lines[1]}`)
      }
      await until(
        () => machine.texts(),
        (texts) => texts.length === 6,
      )

      const health = await healthOf(machine, ({ reasons }) => reasons.some((reason) => /dead letters: 2/.test(reason)))
      expect(health).toMatchObject({
        status: 'degraded',
        writer: { failed_write_count: 2, dead_letter_count: 2 },
      })
      const letters = turnlog.log.filter(({ msg }) => /dead letter after \d+ attempts/.test(msg))
      expect(letters).toHaveLength(2)
      for (const { msg } of letters) {
        expect(msg).toMatch(/turn_detected [\da-f-]{36} of session \S+ at \/\S+\.jsonl:\d+: refused for the test/)
      }

      expect(await machine.run('dead-letters', 'accept', '--all')).toMatchObject({ code: 0 })
      await healthOf(machine, isWell)
      expect((await machine.run('dead-letters', 'list')).output).toBe('There are no dead letters.')
      expect((await machine.run('verify')).code).toBe(0)
    },
  )

  test('a dead letter that is retried with success leaves health', async () => {
    await using machine = new Machine()
    machine.start()
    await healthOf(machine, isWell)
    for (const statement of refuse('MARK', 'P0001')) await machine.query(statement)
    appendFileSync(machine.transcript(SESSIONS[0] as string), promptLine('bad', 'a MARK in it'))
    await healthOf(machine, ({ status }) => status === 'degraded')

    await machine.query('drop trigger refuse_marked on events')
    expect(await machine.run('dead-letters', 'retry', '--all')).toMatchObject({ code: 0 })
    await healthOf(machine, isWell)
    expect(await machine.texts()).toEqual(['a MARK in it'])
    expect((await machine.run('dead-letters', 'accept', '7')).code).toBe(1)
  })
})
