import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { Machine } from './support/turnlog.ts'
import { until } from './support/until.ts'

/** Transcripts of real sessions, which lie beside the project and are not part of it. */
const FOLDER = join(process.env.TURNLOG_SHARED ?? resolve(import.meta.dirname, '../../../../shared'), 'transcripts')
const COUNTER = resolve(import.meta.dirname, '../../../packages/watcher/test/formats/independent-count.mjs')

/** Named after its session; a subagent's file is not. */
const SESSION_FILE = /\/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.jsonl$/

interface CountedFile {
  readonly turns: number
  readonly agent: string
  readonly path: string
}

/** The turns of each file, counted by a program that shares nothing with the watcher. */
function countTurns(): readonly CountedFile[] {
  const lines = execFileSync(process.execPath, [COUNTER, FOLDER], { encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => {
    const [turns, agent = '', path = ''] = line.split('\t')
    return { turns: Number(turns), agent, path }
  })
}

function copyTo(home: string, { agent, path }: CountedFile): string {
  const target = join(home, agent === 'codex' ? '.codex/sessions' : '.claude/projects', path)
  mkdirSync(dirname(target), { recursive: true })
  copyFileSync(join(FOLDER, path), target)
  return target
}

test.skipIf(!existsSync(FOLDER))(
  'real transcripts are read to their ends, and the rows are as many as an independent count says',
  { timeout: 90_000 },
  async () => {
    await using machine = new Machine()
    const counted = countTurns()
    const paths = counted.map((file) => copyTo(machine.home, file))
    const turnlog = machine.start()
    const expected = counted.reduce((sum, { turns }) => sum + turns, 0)
    // A complete last line without a newline is taken after some seconds of rest.
    await until(
      () => machine.texts().catch(() => []),
      (texts) => texts.length >= expected,
      30_000,
    )
    expect((await machine.texts()).length).toBe(expected)
    await expectTurnsPerSession(machine, counted)
    await expectFilesRead(machine, paths)
    expect(turnlog.log.filter(({ level }) => level >= 50)).toEqual([])
  },
)

/** A main transcript of Claude Code is named after its session, so its turns can be told from all others. */
async function expectTurnsPerSession(machine: Machine, counted: readonly CountedFile[]): Promise<void> {
  const rows = await machine.query<{ session_uuid: string; turns: string }>(
    `select session_uuid, count(*) as turns from events
     where event_type = 'turn_detected' and payload->>'agent' = 'claude_code' and payload->>'agent_id' is null group by 1`,
  )
  const stored = new Map(rows.map(({ session_uuid, turns }) => [session_uuid, Number(turns)]))
  const sessions = counted.filter(({ agent, path }) => agent !== 'codex' && SESSION_FILE.test(path))
  expect(sessions.length).toBeGreaterThan(0)
  for (const { path, turns } of sessions) {
    expect([path, stored.get(basename(path, '.jsonl')) ?? 0]).toEqual([path, turns])
  }
}

async function expectFilesRead(machine: Machine, paths: readonly string[]): Promise<void> {
  const cursors = await machine.query<{ path: string; committed_offset: string }>(
    'select path, committed_offset from cursors',
  )
  const read = new Map(cursors.map(({ path, committed_offset }) => [path, Number(committed_offset)]))
  const unread = paths.filter((path) => (read.get(path) ?? 0) !== statSync(path).size)
  // Two of the edge cases end in a torn line, which nothing but its other half can complete.
  expect(unread.map((path) => path.split('/').at(-1)).sort()).toEqual([
    'torn-tail-inside-utf8.jsonl',
    'torn-tail.jsonl',
  ])
}
