import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../src/doctor/finding.ts'
import { promptLine } from './support/claude-lines.ts'
import { healthOf, isWell } from './support/health.ts'
import { Machine } from './support/turnlog.ts'
import { until } from './support/until.ts'

const SESSION = '11111111-2222-4333-8444-555555555555'
const DAY_S = 86_400

async function examine(machine: Machine) {
  const { code, output } = await machine.run('doctor', '--json')
  const { ok, findings } = JSON.parse(output) as { ok: boolean; findings: readonly Finding[] }
  expect(code).toBe(ok ? 0 : 1)
  const levels = Object.fromEntries(findings.map(({ about, level }) => [about, level]))
  return { ok, levels, text: findings.map(({ about, what }) => `${about}: ${what}`).join('\n') }
}

function writeOldTranscript(machine: Machine, days: number): void {
  writeFileSync(machine.transcript(SESSION), promptLine('u1', 'turn 1'))
  const time = Date.now() / 1000 - days * DAY_S
  utimesSync(machine.transcript(SESSION), time, time)
}

describe('turnlog doctor', { timeout: 120_000 }, () => {
  test('works while nothing runs, and changes nothing', async () => {
    await using machine = new Machine()
    writeOldTranscript(machine, 1.5)
    const { ok, levels, text } = await examine(machine)
    expect(ok).toBe(true)
    expect(levels).toMatchObject({
      Configuration: 'ok',
      turnlog: 'warn',
      'Claude Code': 'ok',
      Codex: 'warn',
      Database: 'warn',
    })
    expect(text).toMatch(/Claude Code: .*: 1 transcript/)
    expect(text).toMatch(/Claude Code clean-up: What is recorded is not known .* has 28 days left\.$/m)
    expect((await machine.run('psql-url')).output).toMatch(/There is no database yet/)
  })

  test('finds a running turnlog well, with what is recorded and how long the agent keeps it', async () => {
    await using machine = new Machine()
    mkdirSync(join(machine.home, '.codex/sessions'), { recursive: true })
    writeFileSync(join(machine.home, '.claude/settings.json'), JSON.stringify({ cleanupPeriodDays: 99 }))
    writeOldTranscript(machine, 9.5)
    machine.start()
    await healthOf(machine, isWell)
    await until(
      () => machine.texts(),
      ({ length }) => length === 1,
    )
    const { ok, levels, text } = await examine(machine)
    expect(ok).toBe(true)
    expect(levels).toMatchObject({ turnlog: 'ok', 'Claude Code': 'ok', Codex: 'ok', Database: 'ok', Clock: 'ok' })
    expect(text).toMatch(
      /deletes transcripts 99 days after their last change\. All are recorded; the oldest has 89 days left\./,
    )
    expect(text).toMatch(/Database: PostgreSQL 18\.\d+, embedded/)
  })

  test('exits with 1 when words are about to be deleted unrecorded', async () => {
    await using machine = new Machine()
    mkdirSync(join(machine.home, '.codex/sessions'), { recursive: true })
    const turnlog = machine.start()
    await healthOf(machine, isWell)
    await machine.disconnect()
    process.kill((await healthOf(machine, isWell)).watcher.pid as number, 'SIGSTOP')
    writeOldTranscript(machine, 29.5)
    const { ok, text } = await examine(machine)
    expect(ok).toBe(false)
    expect(text).toMatch(
      /Claude Code clean-up: 1 transcript not recorded to the end; the oldest of them has less than a day left\./,
    )
    await turnlog.stop()
  })

  test('says all that is wrong with the configuration', async () => {
    await using machine = new Machine({ TURNLOG_SERVER__PORT: 'high', TURNLOG_LOGGING__LEVEL: 'loud' })
    const { ok, text } = await examine(machine)
    expect(ok).toBe(false)
    expect(text).toMatch(/Configuration: server\.port \(TURNLOG_SERVER__PORT\)/)
    expect(text).toMatch(/Configuration: logging\.level \(TURNLOG_LOGGING__LEVEL\)/)
  })

  test('tells of a database elsewhere that does not answer', async () => {
    await using machine = new Machine({ DATABASE_URL: 'postgres://ada:secret@127.0.0.1:1/log' })
    rmSync(join(machine.home, '.claude'), { recursive: true })
    const { ok, levels, text } = await examine(machine)
    expect(ok).toBe(false)
    expect(levels).toMatchObject({ Database: 'fail', 'Claude Code': 'warn' })
    expect(text).not.toMatch(/secret/)
  })
})
