import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { loadSettings, type Settings } from '@turnlog/config'
import { connect, readCursors } from '@turnlog/database'
import { ownServer } from '@turnlog/database/testing'
import { watchTranscripts } from '@turnlog/watcher'
import { createEventWriter } from '@turnlog/writer'
import { expect, test } from 'vitest'
import { verifyTranscripts } from '../../src/verify/verify-transcripts.ts'
import { Machine } from '../support/turnlog.ts'
import { until } from '../support/until.ts'
import { CLAUDE, CODEX, type InventedFormat } from './support/invented-lines.ts'
import { mutateLine } from './support/mutate-line.ts'
import { createRandom, type Random } from './support/random.ts'
import { SCALE, SEED } from './support/scale.ts'

const LINES_PER_FILE = 500

test(`of ${SCALE.mutatedLines} mutated lines none crashes anything, takes a neighbour along or goes unaccounted for (seed ${SEED})`, {
  timeout: 60_000 + SCALE.mutatedLines * 10,
}, async () => {
  const random = createRandom(SEED)
  await using server = await ownServer()
  await using machine = new Machine()
  const sound: string[] = []
  const paths: string[] = []
  for (let file = 0; file < SCALE.mutatedLines / LINES_PER_FILE; file += 1) {
    const path = file % 2 === 0 ? claudePath(machine, file) : codexPath(machine, file)
    mkdirSync(dirname(path), { recursive: true })
    sound.push(...writeMutants(path, file % 2 === 0 ? CLAUDE : CODEX, `f${file}`, random))
    paths.push(path)
  }

  const settings = settingsOf(machine)
  await using connection = connect(server.url)
  const { db } = connection
  {
    await using writer = createEventWriter({ db, report: { eventDeadLettered: () => {} } })
    await using watcher = watchTranscripts({
      sources: settings.sources,
      cursors: [],
      deliver: (segment) => writer.writeSegment(segment),
    })
    await watcher.ready
    await until(
      () => watcher.status(),
      ({ bytesBehind }) => bytesBehind === 0,
      60_000,
    )
  }

  const verification = await verifyTranscripts(settings, db, { thorough: true, repair: false, onProgress: () => {} })
  const { bytes, checked_events, gaps } = verification
  const accounted = Object.values(bytes.skipped).reduce((sum, reason) => sum + reason, bytes.delivered)
  expect(gaps).toEqual([])
  expect(accounted).toBe(bytes.on_disk)
  expect(bytes.on_disk).toBe(paths.reduce((sum, path) => sum + statSync(path).size, 0))
  expect(await readCursors(db, hostname())).toHaveLength(paths.length)
  const rows = await db.selectFrom('events').select(['payload']).where('event_type', '=', 'turn_detected').execute()
  const times = new Map<unknown, number>()
  for (const { payload } of rows) times.set(payload.text, (times.get(payload.text) ?? 0) + 1)
  expect(sound.filter((text) => times.get(text) !== 1)).toEqual([])
  const letters = await db.selectFrom('dead_letters').select('reason').execute()
  console.log(
    `${rows.length} turns, ${checked_events} events looked up, ${letters.length} dead letters, ${bytes.on_disk} bytes, ${bytes.skipped.malformed} of them malformed`,
  )
})

/** Mutated lines with a sound one between each two. @returns the texts of the sound ones */
function writeMutants(path: string, format: InventedFormat, name: string, random: Random): readonly string[] {
  const texts: string[] = []
  const pieces: Buffer[] = []
  for (let index = 0; index < LINES_PER_FILE; index += 1) {
    const line = Buffer.from(random.pick(format.lines)(`${name}-m${index}`)).subarray(0, -1)
    // Now and then the newline is lost as well, as when a program dies in the middle of a line.
    const newline = random.next() < 0.05 ? '' : '\n'
    const text = `sound ${name}-${index}`
    texts.push(text)
    pieces.push(mutateLine(line, random), Buffer.from(newline + format.prompt(`${name}-s${index}`, text)))
  }
  writeFileSync(path, Buffer.concat(pieces))
  return texts
}

function claudePath(machine: Machine, file: number): string {
  return machine.transcript(`00000000-2222-4333-8444-${String(file).padStart(12, '0')}`)
}

function codexPath(machine: Machine, file: number): string {
  const uuid = `00000000-2222-7333-8444-${String(file).padStart(12, '0')}`
  return join(machine.home, `.codex/sessions/2026/05/01/rollout-2026-05-01T10-00-00-${uuid}.jsonl`)
}

function settingsOf(machine: Machine): Settings {
  return loadSettings({ env: { HOME: machine.home }, root: machine.folder, cwd: machine.folder })
}
