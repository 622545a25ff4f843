import { statSync } from 'node:fs'
import { type OwnServer, type OwnServerOptions, ownServer } from '@turnlog/database/testing'
import { Machine } from '../../support/turnlog.ts'
import { until } from '../../support/until.ts'
import { type Appender, startAppender } from './appender.ts'
import { SEED } from './scale.ts'
import { type SupervisedWatcher, superviseWatcher } from './watcher-process.ts'

export interface RecordingOptions {
  readonly files?: number
  readonly bytesPerSecond?: number
  readonly server?: OwnServerOptions
  /** The URL that the watcher uses, made from the server's own; what tests look at it with is never disturbed. */
  readonly watcherUrl?: (server: OwnServer) => string | Promise<string>
}

/** A watcher at work: files grow, and rows keep coming. */
export interface Recording extends AsyncDisposable {
  readonly server: OwnServer
  readonly machine: Machine
  readonly paths: readonly string[]
  readonly watcher: SupervisedWatcher
  readonly appender: Appender
  committed(): Promise<number>
  /** Resolves when more was committed than when it was called. */
  goesOn(): Promise<void>
}

export async function startRecording(options: RecordingOptions = {}): Promise<Recording> {
  const { files = 5, bytesPerSecond = 300_000 } = options
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await ownServer(options.server))
  const machine = stack.use(new Machine({ DATABASE_URL: server.url }))
  const paths = Array.from({ length: files }, (_, file) => machine.transcript(`file-${file}`))
  const appender = stack.use(startAppender(paths, { seed: SEED, bytesPerSecond }))
  const url = (await options.watcherUrl?.(server)) ?? server.url
  const watcher = stack.use(await superviseWatcher(machine, url))
  const committed = () => readCommitted(machine)
  const goesOn = async (): Promise<void> => {
    const before = await committed().catch(() => null)
    await until(
      () => committed().catch(() => 0),
      (now) => now > (before ?? 0),
    )
  }
  await goesOn()
  const held = stack.move()
  return {
    server,
    machine,
    paths,
    watcher,
    appender,
    committed,
    goesOn,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

export async function readCommitted(machine: Machine): Promise<number> {
  const [row] = await machine.query<{ sum: string | null }>('select sum(committed_offset) as sum from cursors')
  return Number(row?.sum ?? 0)
}

export function sizeOf(paths: readonly string[]): number {
  return paths.reduce((sum, path) => sum + statSync(path).size, 0)
}
