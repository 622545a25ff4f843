import { statSync } from 'node:fs'
import { ownServer } from '@turnlog/database/testing'
import { expect, test } from 'vitest'
import { Machine } from '../support/turnlog.ts'
import { until } from '../support/until.ts'
import { startAppender } from './support/appender.ts'
import { expectRecorded } from './support/expect-recorded.ts'
import { readCommitted } from './support/recording.ts'
import { SEED } from './support/scale.ts'

test.each(['SIGTERM', 'SIGINT'] as const)(
  'under full load, %s flushes and ends all within 2 s; nothing is lost',
  {
    timeout: 60_000,
  },
  async (signal) => {
    await using server = await ownServer()
    await using machine = new Machine({ DATABASE_URL: server.url })
    const paths = Array.from({ length: 20 }, (_, file) => machine.transcript(`file-${file}`))
    await using appender = startAppender(paths, { seed: SEED, bytesPerSecond: 4_000_000 })
    const turnlog = machine.start()
    await until(
      () => readCommitted(machine),
      (committed) => committed > 2_000_000,
    )
    const begun = performance.now()
    turnlog.kill(signal)
    expect(await turnlog.exited).toBe(0)
    expect(performance.now() - begun).toBeLessThan(2_000)
    const behind = paths.reduce((sum, path) => sum + statSync(path).size, 0) - (await readCommitted(machine))
    expect(behind).toBeGreaterThan(0)
    expect(turnlog.output).not.toMatch(/was killed/)

    machine.start()
    await appender.finish()
    await expectRecorded(machine, paths)
  },
)
