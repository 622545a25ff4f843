import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPeerTable, type Peer } from '../peers/peer.ts'
import type { BenchDatabase, BenchServer } from './bench-server.ts'
import { Scratch } from './scratch.ts'
import { TurnlogRun } from './turnlog-run.ts'

/** Something that follows the files of a folder into a table: turnlog or a peer. It has nothing to do yet. */
export interface Follower extends AsyncDisposable {
  readonly name: string
  /** Where `*.jsonl` are followed. */
  readonly data: string
  /** Of the process that reads and writes. */
  readonly pid: number
  readonly database: BenchDatabase
  readonly table: string
  /** The expression that gives the `uuid` of a row's line. */
  readonly key: string
}

/** A peer does not say when it is ready. */
const PEER_START_MS = 1_500

export async function followWithTurnlog(server: BenchServer): Promise<Follower> {
  await using stack = new AsyncDisposableStack()
  const scratch = stack.use(new Scratch())
  const database = stack.use(await server.createDatabase())
  await database.migrate()
  const home = join(scratch.path, 'home')
  const data = join(home, '.claude/projects/-home-ada-engine')
  mkdirSync(data, { recursive: true })
  const turnlog = stack.use(new TurnlogRun({ home, stateDir: join(scratch.path, 'state'), databaseUrl: database.url }))
  await turnlog.ready
  const held = stack.move()
  return {
    name: 'turnlog',
    data,
    pid: turnlog.watcherPid,
    database,
    table: 'events',
    key: "payload ->> 'turn_uuid'",
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

export async function followWithPeer(server: BenchServer, peer: Peer): Promise<Follower> {
  await using stack = new AsyncDisposableStack()
  const scratch = stack.use(new Scratch())
  const database = stack.use(await server.createDatabase())
  await createPeerTable(database, peer.table)
  const [data, state] = [join(scratch.path, 'data'), join(scratch.path, 'state')]
  mkdirSync(data)
  mkdirSync(state)
  const { pid } = stack.use(await peer.start({ data, state, database }))
  await sleep(PEER_START_MS)
  const held = stack.move()
  return {
    name: peer.name,
    data,
    pid,
    database,
    table: peer.table,
    key: "doc ->> 'uuid'",
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}
