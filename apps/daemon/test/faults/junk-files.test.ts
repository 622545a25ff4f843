import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type OwnServer, ownServer } from '@turnlog/database/testing'
import { JUNK_FILES } from '@turnlog/watcher/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { promptLine } from '../support/claude-lines.ts'
import { healthOf, isWell } from '../support/health.ts'
import { Machine, type Turnlog } from '../support/turnlog.ts'
import { until } from '../support/until.ts'
import { holdBack } from './support/hold-back.ts'

/*
 * Files that are no transcripts, beside one that grows: its turns arrive as rows, each one while the junk is read or
 * after it, and the watcher is one process from the start to the end.
 */

/** For the slowest machine that this has to pass on. */
const PATIENCE_MS = 240_000

let server: OwnServer
beforeEach(async () => {
  server = await ownServer()
}, 60_000)
afterEach(() => server[Symbol.asyncDispose]())

/** Writes all junk at once. @returns how many bytes are to be committed in all */
function writeJunk(machine: Machine): number {
  let bytes = 0
  for (const junk of JUNK_FILES) {
    const content = junk.make()
    const path = junk.compressed ? rolloutOf(machine) : machine.transcript(junk.name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    bytes += junk.compressed ? 100_000_000 : content.length
  }
  return bytes
}

function rolloutOf(machine: Machine): string {
  const name = 'rollout-2026-05-01T10-00-00-0196a000-0000-7000-8000-000000000000.jsonl.zst'
  return join(machine.home, '.codex/sessions/2026/05/01', name)
}

/** Writes turns one after the other, each when the row of the one before is there, until all else is committed, too. */
async function writeTurns(machine: Machine, junkBytes: number): Promise<readonly string[]> {
  const texts: string[] = []
  let good = 0
  for (;;) {
    const text = `turn ${texts.length}`
    const line = promptLine(`u${texts.length}`, text)
    appendFileSync(machine.transcript('good'), line)
    good += line.length
    texts.push(text)
    await until(
      () => readGoodTexts(machine),
      (rows) => rows.length === texts.length,
      PATIENCE_MS,
    )
    if ((await readCommitted(machine)) === junkBytes + good) return texts
  }
}

async function readGoodTexts(machine: Machine): Promise<readonly string[]> {
  const rows = await machine.query<{ text: string }>(
    "select payload->>'text' as text from events where event_type = 'turn_detected' and session_uuid = 'good' order by id",
  )
  return rows.map(({ text }) => text)
}

async function readCommitted(machine: Machine): Promise<number> {
  const [row] = await machine.query<{ sum: string | null }>('select sum(committed_offset) as sum from cursors')
  return Number(row?.sum ?? 0)
}

async function expectOneProcess(machine: Machine, turnlog: Turnlog): Promise<void> {
  const health = await healthOf(machine, isWell, PATIENCE_MS)
  expect(health.watcher.restart_count).toBe(0)
  expect(health.source.quarantined_files).toEqual([])
  expect(turnlog.output).not.toContain('ended unexpectedly')
  expect(turnlog.output).not.toContain('was killed')
}

describe('beside junk of every kind, a file that grows is recorded', () => {
  test('on a machine that has time', { timeout: PATIENCE_MS * 2 }, async () => {
    await using machine = new Machine({ DATABASE_URL: server.url })
    const turnlog = machine.start()
    await healthOf(machine, isWell, PATIENCE_MS)
    const texts = await writeTurns(machine, writeJunk(machine))
    expect(await readGoodTexts(machine)).toEqual(texts)
    await expectOneProcess(machine, turnlog)
    const [ranges] = await machine.query<{ count: string }>('select count(*) from skipped_ranges')
    expect(Number(ranges?.count)).toBeLessThan(1_000)
    expect(turnlog.log.filter(({ msg }) => msg.startsWith('skipped ')).length).toBeLessThan(100)
  })

  test('on a machine that gives it a tenth of its time', { timeout: PATIENCE_MS * 2 }, async () => {
    await using machine = new Machine({ DATABASE_URL: server.url })
    const turnlog = machine.start()
    await healthOf(machine, isWell, PATIENCE_MS)
    {
      await using _held = holdBack(turnlog.pid, 0.1)
      const texts = await writeTurns(machine, writeJunk(machine))
      expect(await readGoodTexts(machine)).toEqual(texts)
    }
    await expectOneProcess(machine, turnlog)
  })
})
