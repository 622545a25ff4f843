import { parseArgs } from 'node:util'
import type { Settings } from '@turnlog/config'
import { connect, readLogEnd, type StoredEvent } from '@turnlog/database'
import { AGENTS, EVENT_TYPES } from '@turnlog/schema'
import { EXIT } from '../exit-codes.ts'
import { readSettings } from '../read-settings.ts'
import { type FollowReport, followLog } from '../tail/follow-log.ts'
import { formatEvent } from '../tail/format-event.ts'
import { parseSince } from '../tail/parse-span.ts'
import { QuietOutput } from '../tail/quiet-output.ts'
import { readLastEvents } from '../tail/read-last-events.ts'
import { matches, type TailFilter } from '../tail/tail-filter.ts'
import type { Command, CommandOptions } from './command.ts'
import { readArguments } from './read-arguments.ts'
import { findDatabase, withDatabase } from './with-database.ts'

const OPTIONS = {
  lines: {
    type: 'string',
    short: 'n',
    placeholder: 'N',
    summary: 'how many to begin with (10; with --since, all of them)',
  },
  session: {
    type: 'string',
    short: 's',
    placeholder: 'ID',
    summary: 'only this session; the beginning of its id is enough',
  },
  project: {
    type: 'string',
    short: 'p',
    placeholder: 'P',
    summary: 'only this project: its path, or the last part of it',
  },
  agent: { type: 'string', short: 'a', placeholder: 'A', summary: `only this agent: ${AGENTS.join(', ')}` },
  since: { type: 'string', placeholder: 'WHEN', summary: 'nothing that was said earlier: 90s, 10m, 2h, 3d, or a date' },
  type: {
    type: 'string',
    placeholder: 'T',
    multiple: true,
    summary: 'events of this type instead of turns; `all` for every type',
  },
  json: { type: 'boolean', summary: 'one event a line, whole, as JSON' },
  'no-follow': { type: 'boolean', summary: 'end after what there is' },
} as const satisfies CommandOptions

/** Shows the last turns, and then each one as it is recorded. */
export const tail: Command = {
  usage: 'tail [-n N] [--session ID] [--project P] [--agent A] [--since WHEN] [--type T] [--json] [--no-follow]',
  summary: 'the last turns, and then each one as it is recorded',
  options: OPTIONS,
  async run(args) {
    const options = readArguments(tail, () => parse(args, Date.now()))
    if (options === null) return EXIT.usage
    const settings = readSettings()
    const stop = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())
    return show(settings, options, stop)
  },
}

interface TailOptions {
  readonly filter: TailFilter
  readonly count: number
  readonly json: boolean
  readonly follow: boolean
}

function parse(args: readonly string[], now: number): TailOptions {
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  const { lines, session = null, project = null, agent = null, since, json = false } = values
  if (lines !== undefined && !/^\d{1,7}$/.test(lines)) throw new TypeError(`Expected a number for -n, got \`${lines}\``)
  if (agent !== null && !AGENTS.some((name) => name === agent)) {
    throw new TypeError(`Expected one of ${AGENTS.join(', ')} for --agent, got \`${agent}\``)
  }
  const moment = since === undefined ? null : parseSince(since, now)
  if (since !== undefined && moment === null) {
    throw new TypeError(`Expected a time like 90s, 10m, 2h, 3d or a date for --since, got \`${since}\``)
  }
  const count = lines === undefined ? (moment === null ? 10 : Number.MAX_SAFE_INTEGER) : Number(lines)
  const filter = { types: parseTypes(values.type), session, project, agent, since: moment }
  return { filter, count, json, follow: values['no-follow'] !== true }
}

function parseTypes(types: readonly string[] = ['turn_detected']): readonly string[] {
  if (types.includes('all')) return EVENT_TYPES
  const unknown = types.find((type) => !EVENT_TYPES.some((name) => name === type))
  if (unknown === undefined) return types
  throw new TypeError(`Expected one of ${EVENT_TYPES.join(', ')}, all for --type, got \`${unknown}\``)
}

async function show(settings: Settings, options: TailOptions, stop: AbortController): Promise<number> {
  const output = new QuietOutput(process.stdout, stop)
  const print = async (events: readonly StoredEvent[]): Promise<void> => {
    const chosen = events.filter((event) => matches(event, options.filter))
    const lines = chosen.map((event) => `${options.json ? toJson(event) : formatEvent(event, readFormat())}\n`)
    if (lines.length > 0) await output.write(lines.join(''))
  }
  let from = null as Awaited<ReturnType<typeof readLogEnd>> | null
  const code = await withDatabase(settings, async (db) => {
    from = await readLogEnd(db)
    await print(await readLastEvents(db, options.filter, options.count, from))
    return EXIT.ok
  })
  if (code !== EXIT.ok || from === null || !options.follow) return code
  const follow = { open: () => openLog(settings), from, signal: stop.signal, report: createReport() }
  for await (const events of followLog(follow)) await print(events)
  return EXIT.ok
}

/** Connects anew each time: an embedded database may come back under another address. */
async function openLog(settings: Settings) {
  const url = await findDatabase(settings)
  if (url === null) throw new Error('it is not running')
  return connect(url, { poolSize: 1, applicationName: 'turnlog tail', connectTimeoutMs: 2_000 })
}

/** Beside the turns, on standard error: whoever reads them in a pipe is not disturbed. */
function createReport(): FollowReport {
  let isLost = false
  return {
    lost(error) {
      if (!isLost)
        console.error(`The database does not answer (${error.message}). Waiting for it; nothing will be missed.`)
      isLost = true
    },
    found() {
      if (isLost) console.error('The database answers again.')
      isLost = false
    },
    begunAnew: () => console.error('The log was begun anew; going on from its beginning.'),
  }
}

function toJson({ transaction_id: _, ...event }: StoredEvent): string {
  return JSON.stringify(event)
}

function readFormat() {
  const { isTTY, columns } = process.stdout
  return { colour: isTTY === true, columns: isTTY === true ? (columns ?? 80) : null, now: Date.now() }
}
