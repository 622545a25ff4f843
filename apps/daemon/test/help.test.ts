import { describe, expect, test } from 'vitest'
import { Machine } from './support/turnlog.ts'

const COMMANDS = ['start', 'status', 'tail', 'doctor', 'demo', 'stop', 'restart', 'verify', 'dead-letters', 'psql-url']

describe('turnlog', { timeout: 60_000 }, () => {
  test('lists its commands, and says of each what it takes', async () => {
    await using machine = new Machine()
    const all = await machine.run('--help')
    expect(all.code).toBe(0)
    for (const name of COMMANDS) {
      expect(all.output).toMatch(new RegExp(`^  ${name} +\\w`, 'm'))
      const one = await machine.run(name, '--help')
      expect(one).toEqual({ code: 0, output: expect.stringMatching(new RegExp(`^Usage: turnlog ${name}`)) })
    }
    expect((await machine.run('help', 'tail')).output).toMatch(/^ {2}-n, --lines N +\w/m)
  })

  test('refuses what it does not know with 64, and says how it is called', async () => {
    await using machine = new Machine()
    expect(await machine.run('fly')).toEqual({
      code: 64,
      output: expect.stringMatching(/^There is no command `fly`\./),
    })
    for (const name of COMMANDS) {
      const { code, output } = await machine.run(name, '--fly')
      expect({ name, code }).toEqual({ name, code: 64 })
      expect(output).toMatch(new RegExp(`--fly[\\s\\S]*${name}`))
    }
    expect((await machine.run('tail', '--since', 'soon')).output).toMatch(/Expected a time like 90s, 10m.*got `soon`/)
  })
})
