import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type OwnServer, ownServer } from '@turnlog/database/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { promptLine } from '../support/claude-lines.ts'
import { healthOf, isWell } from '../support/health.ts'
import { Machine } from '../support/turnlog.ts'
import { until } from '../support/until.ts'

const PATIENCE_MS = 60_000

let server: OwnServer
beforeAll(async () => {
  server = await ownServer()
}, PATIENCE_MS)
afterAll(() => server[Symbol.asyncDispose]())

function rows(machine: Machine, count: number): Promise<readonly string[]> {
  return until(
    () => machine.texts(),
    (texts) => texts.length >= count,
    PATIENCE_MS,
  )
}

describe('a transcript that kills each watcher that reads it', () => {
  test('is named and left alone, while the others are recorded; a restart on request tries it again', {
    timeout: PATIENCE_MS * 4,
  }, async () => {
    await using machine = new Machine({ DATABASE_URL: server.url })
    const crashFile = join(machine.folder, 'crash-at')
    const bad = machine.transcript('bad')
    const turnlog = machine.start({ TURNLOG_CRASH_AT: 'while_parsing', TURNLOG_CRASH_FILE: crashFile })
    await healthOf(machine, isWell, PATIENCE_MS)
    writeFileSync(crashFile, bad)
    // Large enough to have a mark of its own.
    const text = 'bad'.repeat(10_000)
    writeFileSync(bad, promptLine('u1', text))

    const health = await healthOf(machine, ({ source }) => source.quarantined_files.length > 0, PATIENCE_MS)
    const reason = expect.stringContaining('the watcher process died twice')
    expect(health.source.quarantined_files).toMatchObject([{ path: bad, offset: 0, reason }])
    expect(health.status).toBe('degraded')
    expect(health.reasons.join()).toContain(`${bad} is in quarantine`)
    expect(health.source.bytes_behind).toBe(0)
    expect(turnlog.log.filter(({ msg }) => msg.startsWith(`${bad} is in quarantine`))).toHaveLength(1)
    expect(turnlog.output.match(/ended unexpectedly/g)).toHaveLength(2)
    writeFileSync(machine.transcript('good'), promptLine('u2', 'good'))
    expect(await rows(machine, 1)).toEqual(['good'])

    const doctor = await machine.run('doctor', '--json')
    const { findings } = JSON.parse(doctor.output) as { findings: { about: string; level: string; what: string }[] }
    expect(findings.filter(({ about }) => about === 'Quarantine')).toMatchObject([
      { level: 'fail', what: expect.stringContaining(bad) },
    ])

    // Tried again, it kills one more, and is left alone for twice as long.
    await machine.run('restart', 'watcher')
    await until(
      () => turnlog.output.match(/ended unexpectedly/g),
      (deaths) => deaths?.length === 3,
      PATIENCE_MS,
    )
    await healthOf(
      machine,
      ({ watcher, source }) => watcher.ready && source.quarantined_files[0]?.reason.includes('died again') === true,
      PATIENCE_MS,
    )
    appendFileSync(machine.transcript('good'), promptLine('u3', 'more'))
    expect(await rows(machine, 2)).toEqual(['good', 'more'])

    rmSync(crashFile)
    await machine.run('restart', 'watcher')
    expect(await rows(machine, 3)).toEqual(['good', 'more', text])
    await healthOf(machine, (now) => isWell(now) && now.source.quarantined_files.length === 0, PATIENCE_MS)
  })
})
