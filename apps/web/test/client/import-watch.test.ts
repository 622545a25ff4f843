import { expect, test } from 'vitest'
import { ImportWatch } from '../../client/stores/import-watch.ts'

test('what agents write while they work is no import', () => {
  expect(new ImportWatch().see(999_999, 0)).toBeNull()
})

test('an import is told by what is left of the most that was seen', () => {
  const watch = new ImportWatch()
  expect(watch.see(100_000_000, 0)).toEqual({
    bytesLeft: 100_000_000,
    done: 0,
    bytesPerSecond: null,
    secondsLeft: null,
  })
  expect(watch.see(75_000_000, 1_000)).toEqual({
    bytesLeft: 75_000_000,
    done: 0.25,
    bytesPerSecond: 25_000_000,
    secondsLeft: 3,
  })
})

test('the rate is that of the last twenty seconds', () => {
  const watch = new ImportWatch()
  watch.see(100_000_000, 0)
  watch.see(90_000_000, 1_000)
  expect(watch.see(80_000_000, 21_000)?.bytesPerSecond).toBe(500_000)
})

test('an import that does not move has no rate, and no end in sight', () => {
  const watch = new ImportWatch()
  watch.see(50_000_000, 0)
  expect(watch.see(50_000_000, 5_000)).toMatchObject({ bytesPerSecond: null, secondsLeft: null })
})

test('once it is over, the next one begins at nothing', () => {
  const watch = new ImportWatch()
  watch.see(100_000_000, 0)
  expect(watch.see(0, 1_000)).toBeNull()
  expect(watch.see(2_000_000, 2_000)).toMatchObject({ done: 0, bytesPerSecond: null })
})
