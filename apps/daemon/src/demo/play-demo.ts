import { appendFileSync, mkdirSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Beat } from './beat.ts'
import { composeSession } from './compose-session.ts'
import { Random } from './random.ts'
import type { Scenario } from './scenario.ts'
import { SCENARIOS } from './scenarios/index.ts'

export interface PlayOptions {
  /** The home folder of the invented agents. */
  readonly home: string
  readonly seed: number
  /** How many times faster than people and agents really are. */
  readonly speed: number
  readonly signal: AbortSignal
}

/** Agents that work at once. */
const PLAYERS = 3
/** The second one begins so long after the first, at a natural pace. */
const STAGGER_MS = 2_500
const BREAK_MS = 6_000
const MINUTE_MS = 60_000

/** Writes what happened before anybody looked, so that the first screen is not empty, and plays on until the signal. */
export async function playDemo(options: PlayOptions): Promise<void> {
  const random = new Random(options.seed)
  writePast(options, random)
  const deck = dealForever(random)
  await Promise.all(Array.from({ length: PLAYERS }, (_, index) => playOn(options, random, deck, index)))
}

/** One finished session of each scenario, in the hours before. */
function writePast({ home }: PlayOptions, random: Random): void {
  for (const [index, scenario] of random.shuffle(SCENARIOS).entries()) {
    let time = Date.now() - (20 + index * 45) * MINUTE_MS
    const beats = composeSession(scenario, random, time)
    for (const beat of beats) {
      time += beat.afterMs
      write(home, beat, time)
    }
    for (const path of new Set(beats.map((beat) => beat.path))) utimesSync(join(home, path), time / 1000, time / 1000)
  }
}

async function playOn({ home, speed, signal }: PlayOptions, random: Random, deck: Iterator<Scenario>, index: number) {
  const pause = (ms: number) => sleep(ms / speed, undefined, { signal }).catch(() => {})
  await pause(index * STAGGER_MS)
  while (!signal.aborted) {
    const { value: scenario } = deck.next()
    if (scenario === undefined) return
    for (const beat of composeSession(scenario, random, Date.now())) {
      await pause(beat.afterMs)
      if (signal.aborted) return
      write(home, beat, Date.now())
    }
    await pause(BREAK_MS)
  }
}

/** Every scenario once before any of them comes again, so that no two agents say the same at the same time. */
function* dealForever(random: Random): Generator<Scenario, undefined> {
  for (;;) yield* random.shuffle(SCENARIOS)
}

function write(home: string, beat: Beat, time: number): void {
  const path = join(home, beat.path)
  mkdirSync(dirname(path), { recursive: true })
  appendFileSync(path, `${JSON.stringify(beat.record(new Date(time).toISOString()))}\n`)
}
