import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decideRestart, type RestartPolicy, withoutSilence } from '../src/restart-policy.ts'

const policy: RestartPolicy = { maxRestarts: 5, windowMs: 60_000, initialDelayMs: 100, maxDelayMs: 2_000 }

/** Lets a child die again and again, each life as long as given, the end of it in silence; returns its restarts. */
function live(
  livesMs: readonly number[],
  given = policy,
  silentMs = 0,
): { readonly restarts: readonly number[]; readonly gaveUp: boolean } {
  let now = 0
  let restarts: readonly number[] = []
  const all: number[] = []
  for (const life of livesMs) {
    now += life
    restarts = withoutSilence(restarts, silentMs)
    const decision = decideRestart(given, restarts, now)
    if (decision.kind === 'give_up') return { restarts: all, gaveUp: true }
    now += decision.delayMs
    restarts = [...decision.recent, now]
    all.push(now)
  }
  return { restarts: all, gaveUp: false }
}

describe('restart policy', () => {
  test('restarts at once after the first death, then waits twice as long each time', () => {
    const { restarts } = live([1_000, 0, 0, 0, 0])
    expect(restarts).toEqual([1_000, 1_100, 1_300, 1_700, 2_500])
  })

  test.each([0, 1_500, 3_000, 9_900])('gives up on the sixth death of a child that dies every %i ms', (life) => {
    expect(live(Array(20).fill(life))).toMatchObject({ gaveUp: true, restarts: { length: 5 } })
  })

  test('does not give up on five deaths in a minute', () => {
    expect(live([0, 15_000, 15_000, 15_000, 15_000]).gaveUp).toBe(false)
  })

  test.each([
    ['after every start', 200],
    ['some seconds after every start', 9_000],
  ])('gives up on a child that hangs %s, although each silence lasts half the window', (_, life) => {
    expect(live(Array(20).fill(life + 32_500), policy, 32_500)).toMatchObject({ gaveUp: true, restarts: { length: 5 } })
  })

  test('does not give up on a child that works for a while before each hang', () => {
    expect(live(Array(500).fill(12_500 + 32_500), policy, 32_500).gaveUp).toBe(false)
  })

  test('never gives up on a child that dies every 12.5 seconds', () => {
    expect(live(Array(500).fill(12_500)).gaveUp).toBe(false)
  })

  test('counts a restart for as long as the window, and not a moment longer', () => {
    const restarts = [0, 1, 2, 3, 4]
    expect(decideRestart(policy, restarts, 59_999).kind).toBe('give_up')
    expect(decideRestart(policy, restarts, 60_000)).toMatchObject({ kind: 'restart', recent: [1, 2, 3, 4] })
  })

  test('restarts at once again when the window is empty', () => {
    expect(decideRestart(policy, [0, 1, 2, 3, 4], 100_000)).toMatchObject({ kind: 'restart', delayMs: 0 })
  })

  test('never restarts where no restart is allowed', () => {
    expect(decideRestart({ ...policy, maxRestarts: 0 }, [], 0).kind).toBe('give_up')
  })

  test('allows no more restarts than agreed in any window, and none later than agreed', () => {
    const lives = fc.array(fc.oneof(fc.nat(100), fc.nat(70_000)), { maxLength: 200 })
    fc.assert(
      fc.property(lives, fc.integer({ min: 1, max: 8 }), (livesMs, maxRestarts) => {
        const { restarts } = live(livesMs, { ...policy, maxRestarts })
        for (const [index, at] of restarts.entries()) {
          const first = restarts[index - maxRestarts]
          if (first !== undefined) expect(at - first).toBeGreaterThanOrEqual(policy.windowMs)
        }
      }),
    )
  })
})
