import { parseArgs } from 'node:util'
import { EmbeddedPostgresError } from '@turnlog/database'
import { askDaemon } from '@turnlog/health'
import { checkDemoOwner, ForeignDemoError } from '../demo/check-demo-owner.ts'
import { toDemoEnvironment } from '../demo/demo-environment.ts'
import { type DemoPlace, findDemoPlace, holdsDemo, makeDemoPlace } from '../demo/demo-place.ts'
import { playDemo } from '../demo/play-demo.ts'
import { removeDemo } from '../demo/remove-demo.ts'
import { startDemo } from '../demo/start-demo.ts'
import { EXIT } from '../exit-codes.ts'
import { readSettings } from '../read-settings.ts'
import type { Command, CommandOptions } from './command.ts'
import { readArguments } from './read-arguments.ts'

const OPTIONS = {
  speed: { type: 'string', placeholder: 'X', summary: 'so many times faster than agents really are (1)' },
  seed: {
    type: 'string',
    placeholder: 'N',
    summary: 'another order of things; the same number plays the same again (1)',
  },
  port: { type: 'string', placeholder: 'PORT', summary: 'where its page is (the one after the real one)' },
  keep: { type: 'boolean', summary: 'leave it in place at the end, until --remove' },
  remove: { type: 'boolean', summary: 'remove a demo that was kept, runs, or was killed: files, database, all of it' },
} as const satisfies CommandOptions

/** Plays invented sessions into a turnlog of its own, so that there is something to see without any agent. */
export const demo: Command = {
  usage: 'demo [--speed X] [--seed N] [--port PORT] [--keep] | demo --remove',
  summary: 'invented sessions to look at, apart from the real log; gone without a trace when it ends',
  details:
    'Starts a second turnlog with files, database and page of its own, which never touches the real one.\n' +
    'Ctrl+C ends it and removes all of it.',
  options: OPTIONS,
  async run(args) {
    const options = readArguments(demo, () => parse(args))
    if (options === null) return EXIT.usage
    const place = findDemoPlace(readSettings())
    try {
      return options.remove ? await remove(place) : await play(place, options)
    } catch (error) {
      if (!(error instanceof ForeignDemoError || error instanceof EmbeddedPostgresError)) throw error
      console.error(error.message)
      return EXIT.failure
    }
  },
}

interface DemoOptions {
  readonly speed: number
  readonly seed: number
  readonly port: number | null
  readonly keep: boolean
  readonly remove: boolean
}

function parse(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  const { speed = '1', seed = '1', port, keep = false, remove = false } = values
  if (!/^\d{1,4}(\.\d{1,3})?$/.test(speed) || Number(speed) <= 0) {
    throw new TypeError(`Expected a number above 0 for --speed, got \`${speed}\``)
  }
  if (!/^\d{1,9}$/.test(seed)) throw new TypeError(`Expected a whole number for --seed, got \`${seed}\``)
  if (port !== undefined && (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)) {
    throw new TypeError(`Expected a port from 0 to 65535 for --port, got \`${port}\``)
  }
  return { speed: Number(speed), seed: Number(seed), port: port === undefined ? null : Number(port), keep, remove }
}

async function remove(place: DemoPlace): Promise<number> {
  const isRemoved = await removeDemo(place)
  console.log(isRemoved ? 'The demo is removed; the real log was not touched.' : 'There is no demo to remove.')
  return EXIT.ok
}

async function play(place: DemoPlace, { speed, seed, port, keep }: DemoOptions): Promise<number> {
  if ((await askDaemon(place.stateDir, { ask: 'health' })).kind !== 'absent') {
    console.error('A demo runs already. To end and remove it: turnlog demo --remove')
    return EXIT.alreadyRunning
  }
  if (holdsDemo(place)) await removeDemo(place)
  checkDemoOwner(place)
  makeDemoPlace(place)
  console.error('This is a demo: all sessions are invented, and kept apart from your own log. Ctrl+C ends it.')
  const stop = new AbortController()
  const ended = startDemo(toDemoEnvironment(place, readSettings(), port))
  const playing = playDemo({ home: place.home, seed, speed, signal: stop.signal })
  try {
    return await ended
  } finally {
    stop.abort()
    await playing
    if (keep) console.error('The demo is kept. To remove it: turnlog demo --remove')
    else await removeDemo(place)
  }
}
