import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { type Connection, connect, findEmbeddedPostgres } from '@turnlog/database'
import { describe, expect, test } from 'vitest'
import { promptLine } from './support/claude-lines.ts'
import { healthOf, isWell } from './support/health.ts'
import { descendantsOf, isAlive } from './support/processes.ts'
import { Machine } from './support/turnlog.ts'
import { until } from './support/until.ts'

const SESSION = '11111111-2222-4333-8444-555555555555'
const demoOf = (machine: Machine) => `${machine.stateDir}-demo`

/** What the demo has recorded. */
async function withDemoLog<Result>(
  machine: Machine,
  use: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const found = await until(
    () => findEmbeddedPostgres(`${demoOf(machine)}/state`),
    ({ state }) => state === 'running',
  )
  await using connection = connect(found.state === 'running' ? found.url : '', { poolSize: 1 })
  return await use(connection)
}

/** The end of one of them can be that of the next. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

interface Played {
  readonly agent: string
  readonly kind: string
  readonly project: string
}

async function untilPlayed(machine: Machine): Promise<readonly Played[]> {
  return withDemoLog(machine, ({ pool }) =>
    until(
      async () => {
        const { rows } = await pool
          .query<Played>(
            "select payload->>'agent' as agent, payload->>'kind' as kind, payload->>'project_path' as project from events where event_type = 'turn_detected'",
          )
          .catch(() => ({ rows: [] }))
        return rows
      },
      (rows) => rows.length > 60,
    ),
  )
}

describe('turnlog demo', { timeout: 120_000 }, () => {
  test('plays several agents apart from the real log, and leaves nothing when it is stopped', async () => {
    await using machine = new Machine()
    writeFileSync(machine.transcript(SESSION), promptLine('u1', 'a real turn'))
    machine.start()
    await until(
      () => machine.texts().catch(() => []),
      ({ length }) => length === 1,
    )
    const demo = machine.spawn('demo', '--speed', '50')
    const played = await untilPlayed(machine)
    expect(new Set(played.map(({ agent }) => agent))).toEqual(new Set(['claude_code', 'codex']))
    expect(new Set(played.map(({ kind }) => kind))).toEqual(new Set(['prompt', 'reply', 'steering', 'delegation']))
    expect(played.every(({ project }) => project.startsWith('/demo/'))).toBe(true)
    expect((await machine.run('demo')).code).toBe(75)

    const processes = descendantsOf(demo.pid)
    expect(processes.length).toBeGreaterThan(2)
    expect((await demo.stop()).code).toBe(0)
    expect(existsSync(demoOf(machine))).toBe(false)
    expect(processes.filter(isAlive)).toEqual([])
    expect(await machine.texts()).toEqual(['a real turn'])
    expect((await healthOf(machine, isWell)).source.files).toBe(1)
  })

  test('is removed as a whole by one command, whether it was kept, runs, or was killed', async () => {
    await using machine = new Machine()
    const gone = async () => {
      expect(await machine.run('demo', '--remove')).toEqual({
        code: 0,
        output: expect.stringMatching(/^The demo is removed/),
      })
      expect(existsSync(demoOf(machine))).toBe(false)
    }
    const kept = machine.spawn('demo', '--speed', '50', '--keep')
    await untilPlayed(machine)
    await kept.stop()
    expect(readdirSync(demoOf(machine)).sort()).toEqual(['home', 'state', 'this-is-a-demo'])
    await gone()

    const running = machine.spawn('demo', '--speed', '50')
    await untilPlayed(machine)
    await gone()
    expect(await running.exited).toBe(0)

    const killed = machine.spawn('demo', '--speed', '50')
    await untilPlayed(machine)
    const processes = descendantsOf(killed.pid)
    for (const pid of [killed.pid, ...processes].filter(isAlive)) kill(pid)
    await killed.exited
    await gone()
    expect(processes.filter(isAlive)).toEqual([])
    expect(await machine.run('demo', '--remove')).toEqual({ code: 0, output: 'There is no demo to remove.' })
  })
})
