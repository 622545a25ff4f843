import { describe, expect, test } from 'vitest'
import { decideNext } from '../src/decide-next.ts'
import { type Effect, type Supervision, type SupervisionEvent, unstarted } from '../src/supervision.ts'

const settings = {
  readiness: { timeoutMs: 10_000 },
  heartbeat: { intervalMs: 5_000, timeoutMs: 30_000 },
  restart: { maxRestarts: 5, windowMs: 60_000, initialDelayMs: 100, maxDelayMs: 2_000 },
  stop: { requested: { killMs: 1_700 }, unrequested: { killMs: 2_000 } },
}
const date = '2026-01-01T00:00:00.000Z'

/** Plays events, each at its time, and keeps what they brought about. */
function play(...script: readonly (readonly [atMs: number, event: SupervisionEvent])[]) {
  let supervision: Supervision = unstarted
  const effects: Effect[] = []
  for (const [at, event] of script) {
    const step = decideNext(supervision, event, settings, at)
    supervision = step.next
    effects.push(...step.effects)
  }
  const count = (type: Effect['type']): number => effects.filter((effect) => effect.type === type).length
  const told = effects.flatMap((effect) => (effect.type === 'report' ? [effect.what] : []))
  return { supervision, state: supervision.situation.state, effects, count, told }
}

const start = { type: 'start' } as const
const stop = { type: 'stop' } as const
const restart = { type: 'restart' } as const
const reset = { type: 'reset' } as const
const spawned = (run: number): SupervisionEvent => ({ type: 'spawned', run, pid: 100 + run, instance: `i${run}` })
const ready = (run: number): SupervisionEvent => ({ type: 'ready', run })
const heartbeat = (run: number): SupervisionEvent => ({ type: 'heartbeat', run })
const stopping = (run: number): SupervisionEvent => ({ type: 'stopping', run })
const ended = (run: number, code: number | null = 1): SupervisionEvent => ({
  type: 'ended',
  run,
  code,
  signal: code === null ? 'SIGKILL' : null,
  date,
})
const shortage = (run: number): SupervisionEvent => ({
  type: 'spawn_failed',
  run,
  error: 'EMFILE',
  shortage: true,
  date,
})
const timer = (number: number): SupervisionEvent => ({ type: 'timer', timer: number })

/** Six deaths at once, with whatever timers lie between. */
function crashLoop() {
  const script: [number, SupervisionEvent][] = [[0, start]]
  let supervision: Supervision = unstarted
  for (let now = 0; supervision.situation.state !== 'crash_loop'; now += 1_000) {
    script.push([now, ended(supervision.runs)], [now, timer(supervision.timer)])
    supervision = play(...script).supervision
    script.push([now, timer(supervision.timer)])
    supervision = play(...script).supervision
  }
  return script
}

describe('supervision', () => {
  test('a child that dies is started again at once, with its exit kept as code or signal', () => {
    const { supervision, count, told } = play([0, start], [1, spawned(1)], [50, ready(1)], [9_000, ended(1, null)])
    expect(supervision.situation.state).toBe('starting')
    expect(supervision.exits[0]).toMatchObject({ reason: 'signal', code: null, signal: 'SIGKILL', uptimeMs: 9_000 })
    expect(count('spawn')).toBe(2)
    expect(told).toEqual(['spawned', 'ready', 'exited', 'restarting'])
  })

  test('an exit with code 0 that nobody asked for is a death as well', () => {
    const { state, supervision } = play([0, start], [1, spawned(1)], [50, ready(1)], [60, ended(1, 0)])
    expect(state).toBe('starting')
    expect(supervision.restartCount).toBe(1)
  })

  test('after five restarts the next death is told once, and nothing is started any more', () => {
    const { state, told, count, supervision } = play(...crashLoop())
    expect(state).toBe('crash_loop')
    expect(count('spawn')).toBe(6)
    expect(told.filter((what) => what === 'gaveUp')).toHaveLength(1)
    expect(supervision.exits).toHaveLength(5)
  })

  test.each([reset, restart])('an operator leads out of a crash loop by %j, with a clean record', (request) => {
    const { state, supervision } = play(...crashLoop(), [60_000, request])
    expect(state).toBe('starting')
    expect(supervision.restarts).toEqual([])
  })

  test('starting what was given up on does not start it', () => {
    expect(play(...crashLoop(), [60_000, start]).state).toBe('crash_loop')
  })

  test('a restart that an operator asked for does not count', () => {
    const { state, supervision } = play([0, start], [1, ready(1)], [2, restart], [3, ended(1, 0)])
    expect(state).toBe('starting')
    expect(supervision).toMatchObject({ restartCount: 0, restarts: [] })
  })

  test('a child that is not ready in time is killed and counts as crashed', () => {
    const { supervision, told } = play([0, start], [1, spawned(1)], [10_000, timer(1)], [10_001, ended(1, null)])
    expect(supervision.exits[0]?.reason).toBe('not_ready')
    expect(supervision.restartCount).toBe(1)
    expect(told).toContain('killed')
  })

  test('readiness that comes too late, twice, or after death changes nothing', () => {
    expect(play([0, start], [10_000, timer(1)], [10_001, ready(1)]).state).toBe('stopping')
    expect(play([0, start], [1, spawned(1)], [1, ready(1)], [2, ready(1)]).told).toEqual(['spawned', 'ready'])
    expect(play([0, start], [1, ended(1)], [2, ready(1)]).state).toBe('starting')
  })

  test('a heartbeat of an older incarnation does not count for the present one', () => {
    const { supervision } = play([0, start], [1, ended(1)], [2, ready(2)], [500, heartbeat(1)])
    expect(supervision.situation).toMatchObject({ state: 'running', run: { heartbeatAt: 2 } })
  })

  test.each<[string, readonly (readonly [number, SupervisionEvent])[], string]>([
    ['before it was started', [], 'stopped'],
    [
      'during a spawn that then works',
      [
        [0, start],
        [1, stop],
        [2, spawned(1)],
        [3, ended(1, 0)],
      ],
      'stopped',
    ],
    [
      'during a spawn that then fails',
      [
        [0, start],
        [1, stop],
        [2, shortage(1)],
      ],
      'stopped',
    ],
    [
      'during a back-off',
      [
        [0, start],
        [1, shortage(1)],
        [2, stop],
        [101, timer(2)],
      ],
      'stopped',
    ],
    [
      'during a restart',
      [
        [0, start],
        [1, ready(1)],
        [2, restart],
        [3, stop],
        [4, ended(1, 0)],
      ],
      'stopped',
    ],
    [
      'before a restart',
      [
        [0, start],
        [1, ready(1)],
        [2, stop],
        [3, restart],
        [4, ended(1, 0)],
      ],
      'stopped',
    ],
    [
      'while it is killed for its silence',
      [
        [0, start],
        [10_000, timer(1)],
        [10_001, stop],
        [10_002, ended(1, null)],
      ],
      'stopped',
    ],
    [
      'twice',
      [
        [0, start],
        [1, ready(1)],
        [2, stop],
        [3, stop],
        [4, ended(1, 0)],
      ],
      'stopped',
    ],
    ['in a crash loop', [...crashLoop(), [60_000, stop]], 'stopped'],
  ])('stop wins %s', (_when, script, state) => {
    expect(play(...script, [99_999, stop]).state).toBe(state)
  })

  test('a child that does not go is killed at the deadline, once, and a second stop does not put it off', () => {
    const before = play([0, start], [1, ready(1)], [2, stop])
    const { effects } = play(
      [0, start],
      [1, ready(1)],
      [2, stop],
      [1_000, stop],
      [1_702, timer(before.supervision.timer)],
    )
    expect(effects.filter(({ type }) => type === 'kill')).toEqual([{ type: 'kill', run: 1 }])
  })

  test('a shortage is retried for as long as it takes, slower and slower, and counts as no crash', () => {
    const script: [number, SupervisionEvent][] = [[0, start]]
    for (let run = 1; run <= 50; run++) script.push([run * 5_000, shortage(run)], [run * 5_000 + 4_000, timer(run * 2)])
    const { state, supervision, effects } = play(...script)
    expect(state).toBe('starting')
    expect(supervision.restartCount).toBe(0)
    const delays = effects.flatMap((effect) =>
      effect.type === 'report' && effect.what === 'restarting' ? [effect.facts.delayMs] : [],
    )
    expect(delays.slice(0, 7)).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000])
  })

  test('timers that were replaced do nothing', () => {
    const { supervision } = play([0, start], [1, ready(1)], [2, timer(1)])
    expect(supervision.situation.state).toBe('running')
  })
})

describe('a child that stops by itself', () => {
  const announced = [
    [0, start],
    [1, spawned(1)],
    [50, ready(1)],
    [60_000, stopping(1)],
  ] as const
  const timers = (effects: readonly Effect[]) =>
    effects.flatMap((effect) => (effect.type === 'timer' ? [effect.afterMs] : []))

  test('gets the time for an unrequested stop, no signal of the supervisor, and a restart after its exit', () => {
    const { supervision, count, effects } = play(...announced)
    expect(supervision.situation).toMatchObject({ state: 'stopping', sequel: 'unrequested', deadline: 62_000 })
    expect([count('terminate'), count('kill'), timers(effects).at(-1)]).toEqual([0, 0, 2_000])

    const after = play(...announced, [61_500, ended(1, 0)])
    expect(after.state).toBe('starting')
    expect(after.supervision).toMatchObject({ restartCount: 1, exits: [{ reason: 'exit', code: 0 }] })
  })

  test('is killed at its deadline, which is reported, and its end counts as a crash', () => {
    const { timer: last } = play(...announced).supervision
    const { told, supervision } = play(...announced, [62_000, timer(last)], [62_001, ended(1, null)])
    expect(told).toContain('killed')
    expect(supervision).toMatchObject({ restartCount: 1, exits: [{ reason: 'signal', signal: 'SIGKILL' }] })
  })

  test('has no more time than any other once a stop is requested', () => {
    const soon = play(...announced, [60_100, stop])
    expect(soon.supervision.situation).toMatchObject({ sequel: 'stop', deadline: 61_800 })
    expect([timers(soon.effects).at(-1), soon.count('terminate')]).toEqual([1_700, 1])
    const late = play(...announced, [61_900, stop])
    expect(late.supervision.situation).toMatchObject({ sequel: 'stop', deadline: 62_000 })
    expect(play(...announced, [60_100, stop], [61_000, ended(1, 0)]).state).toBe('stopped')
    expect(play(...announced, [60_100, restart], [61_000, ended(1, 0)]).supervision.restartCount).toBe(0)
  })

  test('is not announced twice, nor when the stop was requested anyway', () => {
    const { supervision } = play(...announced, [61_000, stopping(1)])
    expect(supervision.situation).toMatchObject({ deadline: 62_000 })
    const asked = play([0, start], [1, ready(1)], [100, stop], [101, stopping(1)])
    expect(asked.supervision.situation).toMatchObject({ sequel: 'stop', deadline: 1_800 })
  })

  test('may still be starting, and sends heartbeats until it exits', () => {
    expect(play([0, start], [1, spawned(1)], [2, stopping(1)]).state).toBe('stopping')
    const { supervision } = play(...announced, [61_000, heartbeat(1)])
    expect(supervision.situation).toMatchObject({ state: 'stopping', run: { heartbeatAt: 61_000 } })
  })
})
