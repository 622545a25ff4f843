import { parseArgs } from 'node:util'
import { acceptDeadLetters, type Connection } from '@turnlog/database'
import { describeDeadLetter, describeRetry } from '../dead-letters/describe-dead-letter.ts'
import { readAllDeadLetters } from '../dead-letters/read-all-dead-letters.ts'
import { retryAllHosts } from '../dead-letters/retry-all-hosts.ts'
import { EXIT } from '../exit-codes.ts'
import { readSettings } from '../read-settings.ts'
import { formatCount } from '../terminal/format-amount.ts'
import type { Command, CommandOptions } from './command.ts'
import { readArguments } from './read-arguments.ts'
import { withDatabase } from './with-database.ts'

const OPTIONS = {
  all: { type: 'boolean', summary: 'all of them' },
  json: { type: 'boolean', summary: 'one JSON object a line' },
} as const satisfies CommandOptions

/** Shows, retries or accepts the events that could not be written. */
export const deadLetters: Command = {
  usage: 'dead-letters list|retry|accept <id…>|--all [--json]',
  summary: 'list, retry or accept the events that could not be written',
  options: OPTIONS,
  async run(args) {
    const options = readArguments(deadLetters, () => parse(args))
    if (options === null) return EXIT.usage
    const { ids, json } = options
    const settings = readSettings()
    return withDatabase(settings, (db) => ACTIONS[options.action](db, ids, json))
  },
}

type Action = (db: Connection['db'], ids: ReadonlySet<string> | null, json: boolean) => Promise<number>

const ACTIONS = { list: (db, _, json) => list(db, json), retry, accept } as const satisfies Record<string, Action>

interface DeadLettersOptions {
  readonly action: keyof typeof ACTIONS
  /** Null: all. */
  readonly ids: ReadonlySet<string> | null
  readonly json: boolean
}

function parse(args: readonly string[]): DeadLettersOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
  })
  const [action = 'list', ...ids] = positionals
  const json = values.json === true
  if (action === 'list' && ids.length === 0) return { action, ids: null, json }
  if (action !== 'retry' && action !== 'accept') {
    throw new TypeError(`Expected \`list\`, \`retry\` or \`accept\`, got \`${positionals.join(' ')}\``)
  }
  const wrong = ids.find((id) => !/^\d{1,18}$/.test(id))
  if (wrong !== undefined) throw new TypeError(`Expected the id of a dead letter, a number, got \`${wrong}\``)
  if ((ids.length === 0) === (values.all !== true)) throw new TypeError('Expected either ids or `--all`')
  return { action, ids: values.all === true ? null : new Set(ids), json }
}

async function accept(db: Connection['db'], ids: ReadonlySet<string> | null, json: boolean): Promise<number> {
  const accepted = await acceptDeadLetters(db, ids)
  const unknown = new Set(ids).difference(new Set(accepted))
  if (json) for (const id of accepted) console.log(JSON.stringify({ id, status: 'accepted' }))
  reportUnknown(unknown)
  if (!json) console.log(`${formatCount(accepted.length, 'dead letter')} accepted`)
  return unknown.size === 0 ? EXIT.ok : EXIT.failure
}

function reportUnknown(ids: ReadonlySet<string>): void {
  for (const id of ids) console.error(`${id}: there is no open dead letter with this id`)
}

async function list(db: Connection['db'], json: boolean): Promise<number> {
  let count = 0
  for await (const letter of readAllDeadLetters(db)) {
    count += 1
    for (const line of json ? [JSON.stringify(letter)] : describeDeadLetter(letter)) console.log(line)
  }
  if (!json) console.log(count === 0 ? 'There are no dead letters.' : formatCount(count, 'dead letter'))
  return EXIT.ok
}

async function retry(db: Connection['db'], ids: ReadonlySet<string> | null, json: boolean): Promise<number> {
  const unknown = new Set(ids)
  let written = 0
  let left = 0
  for await (const retried of retryAllHosts(db, ids)) {
    const { letter, result } = retried
    unknown.delete(letter.id)
    if (result.status === 'written' || result.status === 'duplicate') written += 1
    else left += 1
    console.log(json ? JSON.stringify({ id: letter.id, status: result.status }) : describeRetry(retried))
  }
  reportUnknown(unknown)
  if (!json) console.log(`${written} written, ${left} still refused`)
  return left + unknown.size === 0 ? EXIT.ok : EXIT.failure
}
