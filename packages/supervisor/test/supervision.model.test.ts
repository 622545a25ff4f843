import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decideNext } from '../src/decide-next.ts'
import {
  type Effect,
  type RunEvent,
  type SupervisionEvent,
  type SupervisionSettings,
  unstarted,
} from '../src/supervision.ts'

const quick: SupervisionSettings = {
  readiness: { timeoutMs: 10_000 },
  heartbeat: { intervalMs: 200, timeoutMs: 800 },
  restart: { maxRestarts: 5, windowMs: 60_000, initialDelayMs: 100, maxDelayMs: 2_000 },
  stop: { requested: { killMs: 1_700 }, unrequested: { killMs: 2_000 } },
}
/** As in use: a hang takes half the restart window to detect. */
const usual: SupervisionSettings = {
  ...quick,
  readiness: { timeoutMs: 30_000 },
  heartbeat: { intervalMs: 5_000, timeoutMs: 30_000 },
}
const date = '2026-01-01T00:00:00.000Z'

/** What can happen, as the children and the operator of a supervisor would do it. */
const WISHES = ['start', 'stop', 'restart', 'reset'] as const
const DEEDS = [
  'spawns',
  'cannot spawn',
  'lacks files',
  'gets ready',
  'beats',
  'begins to stop',
  'dies',
  'exits',
] as const
/** Deeds that come together more often than chance would have it. */
const CRASH = ['spawns', 'dies'] as const
type Deed = (typeof DEEDS)[number]
type Happening =
  | { readonly wish: (typeof WISHES)[number] }
  | { readonly deed: Deed; readonly ofOlder: boolean }
  | { readonly deeds: readonly Deed[] }
  | { readonly waitMs: number }
  | { readonly outdatedTimer: number }

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ wish: fc.constantFrom(...WISHES) }) },
  { weight: 8, arbitrary: fc.record({ deed: fc.constantFrom(...DEEDS), ofOlder: fc.boolean() }) },
  { weight: 4, arbitrary: fc.constant({ deeds: CRASH }) },
  { weight: 6, arbitrary: fc.record({ waitMs: fc.oneof(fc.nat(300), fc.nat(3_000), fc.nat(3_000), fc.nat(20_000)) }) },
  { weight: 1, arbitrary: fc.record({ outdatedTimer: fc.nat(50) }) },
)

interface Live {
  readonly run: number
  isSpawned: boolean
  killed: boolean
  /** From when on it may be killed, as far as it was promised more time. */
  safeUntil: number
}

/** A world of processes and timers around the state machine, which checks it at every step. */
class World {
  supervision = unstarted
  now = 0
  readonly settings: SupervisionSettings
  live: Live | null = null
  timer: { readonly number: number; readonly at: number } | null = null
  stopWanted = true
  restarts: number[] = []
  gaveUp = 0
  crashLoops = 0

  constructor(settings = quick) {
    this.settings = settings
  }

  play(happening: Happening): void {
    if ('wish' in happening) this.ask(happening.wish)
    else if ('deed' in happening) this.do(happening.deed, happening.ofOlder)
    else if ('deeds' in happening) for (const deed of happening.deeds) this.do(deed, false)
    else if ('waitMs' in happening) this.wait(happening.waitMs)
    else if (happening.outdatedTimer !== this.supervision.timer)
      this.ignore({ type: 'timer', timer: happening.outdatedTimer })
  }

  ignore(event: SupervisionEvent): void {
    const present = this.supervision
    this.step(event)
    expect(this.supervision, 'what is out of date changes nothing').toBe(present)
  }

  ask(wish: (typeof WISHES)[number]): void {
    const { state } = this.supervision.situation
    const isStopping = this.stopWanted && state === 'stopping'
    if (wish === 'stop') this.stopWanted = true
    if ((wish === 'start' || wish === 'restart') && !isStopping) this.stopWanted = false
    if (wish === 'reset' || (wish === 'restart' && state === 'crash_loop')) this.restarts = []
    this.step({ type: wish })
  }

  do(deed: Deed, ofOlder: boolean): void {
    if (ofOlder) this.doAsOlder(deed)
    else if (this.live === null) return
    else if (deed === 'cannot spawn' || deed === 'lacks files') {
      if (!this.live.isSpawned) this.end(toEvent(deed, this.live.run))
    } else if (deed === 'spawns') {
      if (!this.live.isSpawned) this.step(toEvent(deed, this.live.run))
      if (this.live !== null) this.live.isSpawned = true
    } else if (this.live.isSpawned) {
      if (deed === 'dies' || deed === 'exits') this.end(toEvent(deed, this.live.run))
      else if (deed === 'begins to stop') this.beginToStop(this.live)
      else this.step(toEvent(deed, this.live.run))
    }
  }

  beginToStop(live: Live): void {
    const wasStopping = this.supervision.situation.state === 'stopping'
    this.step(toEvent('begins to stop', live.run))
    expect(this.supervision.situation.state).toBe('stopping')
    if (!wasStopping) this.promise(live.run, this.settings.stop.unrequested.killMs)
  }

  doAsOlder(deed: Deed): void {
    this.ignore(toEvent(deed, (this.live?.run ?? this.supervision.runs + 1) - 1))
  }

  end(event: RunEvent): void {
    this.live = null
    this.step(event)
  }

  wait(ms: number): void {
    const until = this.now + ms
    while (this.timer !== null && this.timer.at <= until) {
      const { number, at } = this.timer
      this.timer = null
      this.now = at
      this.step({ type: 'timer', timer: number })
    }
    this.now = until
  }

  step(event: SupervisionEvent): void {
    const before = this.supervision.restartCount
    const { next, effects } = decideNext(this.supervision, event, this.settings, this.now)
    const entered = next.situation.state !== this.supervision.situation.state
    this.supervision = next
    if (entered && next.situation.state === 'crash_loop') this.crashLoops++
    if (next.restartCount > before) this.restarts.push(this.now)
    for (const effect of effects) this.perform(effect)
    this.check()
  }

  perform(effect: Effect): void {
    switch (effect.type) {
      case 'spawn':
        expect(this.live, 'never two incarnations').toBeNull()
        expect(this.stopWanted, 'nothing is started after a stop').toBe(false)
        this.live = { run: effect.run, isSpawned: false, killed: false, safeUntil: 0 }
        break
      case 'terminate':
        this.promise(effect.run, this.settings.stop.requested.killMs)
        break
      case 'kill':
        expect(this.live?.run, 'only the present incarnation is ended').toBe(effect.run)
        expect(this.now, 'no child is killed before its time').toBeGreaterThanOrEqual(this.live?.safeUntil ?? 0)
        if (this.live !== null) this.live.killed = true
        break
      case 'timer':
        this.timer = effect.afterMs === null ? null : { number: effect.timer, at: this.now + effect.afterMs }
        break
      case 'report':
        if (effect.what === 'gaveUp') this.gaveUp++
        if (effect.what === 'killed' && effect.facts.cause !== 'stop_deadline') this.leaveOut(effect.facts.afterMs)
        if (effect.what === 'restarting') expect(effect.facts.delayMs).toBeLessThanOrEqual(2_000)
    }
  }

  /** A stop that is promised again never ends later than before. */
  promise(run: number, killMs: number): void {
    expect(this.live?.run, 'only the present incarnation is ended').toBe(run)
    if (this.live === null) return
    const { safeUntil } = this.live
    this.live.safeUntil = safeUntil === 0 ? this.now + killMs : Math.min(safeUntil, this.now + killMs)
  }

  /** Silences do not count in the window of the restarts. */
  leaveOut(silentMs: number): void {
    this.restarts = this.restarts.map((at) => at + silentMs)
  }

  check(): void {
    const { state } = this.supervision.situation
    expect(['starting', 'running', 'stopping'].includes(state), `a process exists in ${state}`).toBe(this.live !== null)
    expect(this.gaveUp, 'a crash loop is told once').toBe(this.crashLoops)
    const [sixth, first] = [this.restarts.at(-1), this.restarts.at(-6)]
    if (sixth !== undefined && first !== undefined) expect(sixth - first).toBeGreaterThanOrEqual(60_000)
    if (state === 'stopping') expect(this.timer !== null || this.live?.killed, 'every stop has an end').toBe(true)
    else if (state === 'stopped' || state === 'crash_loop') expect(this.timer).toBeNull()
    else expect(this.timer, `${state} has an end`).not.toBeNull()
    expect(this.supervision.restarts.length).toBeLessThanOrEqual(5)
  }
}

function toEvent(deed: Deed, run: number): RunEvent {
  switch (deed) {
    case 'spawns':
      return { type: 'spawned', run, pid: run, instance: String(run) }
    case 'cannot spawn':
    case 'lacks files':
      return { type: 'spawn_failed', run, error: deed, shortage: deed === 'lacks files', date }
    case 'gets ready':
      return { type: 'ready', run }
    case 'beats':
      return { type: 'heartbeat', run }
    case 'begins to stop':
      return { type: 'stopping', run }
    case 'dies':
      return { type: 'ended', run, code: null, signal: 'SIGSEGV', date }
    case 'exits':
      return { type: 'ended', run, code: 0, signal: null, date }
    default:
      return deed satisfies never
  }
}

test('in every sequence: one incarnation at most, stop wins, five restarts a minute at most, and nothing gets stuck', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 150, size: 'max' }), (happenings) => {
      const world = new World()
      for (const each of happenings) world.play(each)
      world.ask('stop')
      world.wait(1_700)
      if (world.live !== null) {
        expect(world.live.killed, 'what does not go is killed at the deadline').toBe(true)
        if (!world.live.isSpawned) world.do('spawns', false)
        world.do('dies', false)
      }
      expect(world.supervision.situation.state).toBe('stopped')
      world.wait(100_000)
      expect(world.live).toBeNull()
    }),
    { numRuns: 500 },
  )
})

test.each([
  ['crashes', ['spawns', 'dies'], quick],
  ['cannot be started', ['cannot spawn'], quick],
  ['hangs', ['spawns', 'gets ready'], quick],
  ['hangs, with the usual 30 s of silence', ['spawns', 'gets ready'], usual],
  ['hangs before it is ready', ['spawns'], usual],
  ['hangs while it stops by itself', ['spawns', 'gets ready', 'begins to stop'], usual],
  ['exits after an announced stop', ['spawns', 'gets ready', 'begins to stop', 'exits'], usual],
] as const)('a child that %s after every start ends in a crash loop after five restarts', (_, deeds, settings) => {
  const world = new World(settings)
  world.ask('start')
  for (let turn = 0; turn < 2_000 && world.supervision.situation.state !== 'crash_loop'; turn++) {
    const isNew = world.live !== null && !world.live.isSpawned
    if (isNew) for (const deed of deeds) world.do(deed, false)
    world.wait(200)
    if (world.live?.killed) world.do('dies', false)
  }
  expect(world.supervision.situation.state).toBe('crash_loop')
  expect(world.supervision.runs).toBe(6)
})

test('a child that works for a minute before each hang is restarted every time', () => {
  const world = new World(usual)
  world.ask('start')
  for (let hang = 0; hang < 20; hang++) {
    world.do('spawns', false)
    world.do('gets ready', false)
    for (let second = 0; second < 60; second += 5) {
      world.wait(5_000)
      world.do('beats', false)
    }
    while (!world.live?.killed) world.wait(1_000)
    world.do('dies', false)
    world.wait(2_000)
  }
  expect(world.supervision).toMatchObject({ situation: { state: 'starting' }, restartCount: 20 })
})
