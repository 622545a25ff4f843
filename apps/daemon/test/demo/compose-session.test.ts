import { expect, test } from 'vitest'
import { composeSession } from '../../src/demo/compose-session.ts'
import { Random } from '../../src/demo/random.ts'
import { SCENARIOS } from '../../src/demo/scenarios/index.ts'

const BEGIN = Date.parse('2026-05-01T10:00:00Z')
const TIME = '2026-05-01T10:00:00.000Z'

const play = (seed: number) =>
  SCENARIOS.flatMap((scenario) =>
    composeSession(scenario, new Random(seed), BEGIN).map((beat) => ({ ...beat, record: beat.record(TIME) })),
  )

test('plays the same again for the same seed, and something else for another', () => {
  expect(play(1)).toEqual(play(1))
  expect(play(2)).not.toEqual(play(1))
})

test.each(SCENARIOS.map((scenario) => [scenario.project, scenario] as const))(
  '%s says that it is a demo',
  (_, scenario) => {
    expect(scenario.title).toMatch(/^Demo: /)
    expect(scenario.branch).toMatch(/^demo\//)
    for (const step of scenario.steps) if (step.kind === 'user') expect(step.text).toMatch(/^\(demo\) /)
  },
)

test('begins at once', () => {
  for (const scenario of SCENARIOS) expect(composeSession(scenario, new Random(1), BEGIN)[0]?.afterMs).toBe(0)
})
