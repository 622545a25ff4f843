import { type Connection, cutConnection } from '@turnlog/database'
import { systemClock } from './clock.ts'
import { crashPoint } from './crash-point.ts'

/** The right to move the cursors of a host, for as long as nobody else takes it. */
export interface Lease {
  readonly host: string
  /** Grows with each owner; every batch names it, and moves nothing once it is outdated. */
  readonly epoch: string
  /** Aborted once the lease may be lost (its connection broke) or was released. Stop, and start over from the lock. */
  readonly lost: AbortSignal
  /** Gives the lease up, so that the next watcher need not wait. Releasing twice is the same as once. */
  release(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface AcquireLeaseOptions {
  readonly connection: Pick<Connection, 'openClient'>
  readonly host: string
  /** Who asks, for people: shown to others who wait. */
  readonly holder: string
  /** Ends the waiting. */
  readonly signal?: AbortSignal
  /**
   * How often to ask while another watcher has the lease (at first more often), and how often to make sure that the
   * connection behind it is alive, in milliseconds.
   *
   * @default 1000
   */
  readonly intervalMs?: number
  /** Told once, if another watcher has the lease. */
  readonly onWaiting?: (other: { readonly holder: string | null }) => void
}

/** The server lets go of a lock some milliseconds after its holder was killed: no reason to wait for a whole second. */
const FIRST_DELAY_MS = 5

type Client = Awaited<ReturnType<Connection['openClient']>>

/**
 * Waits until no other watcher has the host, and takes it: a session-level advisory lock on a connection of its own,
 * then a new epoch. The lock keeps a second watcher waiting; the epoch keeps one that was paused from moving cursors
 * after it lost the lock without noticing. Read the cursors after this, never before.
 *
 * @throws if the database cannot be reached, or if the signal is aborted (its reason)
 */
export async function acquireLease(options: AcquireLeaseOptions): Promise<Lease> {
  const { host, holder, signal, intervalMs = 1_000 } = options
  const client = await options.connection.openClient()
  try {
    await lock(client, { ...options, intervalMs })
    signal?.throwIfAborted()
    const epoch = await takeEpoch(client, host, holder)
    crashPoint('lease_taken')
    return hold(client, host, epoch, intervalMs)
  } catch (error) {
    cutConnection(client)
    throw error
  }
}

async function lock(client: Client, options: AcquireLeaseOptions & { readonly intervalMs: number }): Promise<void> {
  let delayMs = FIRST_DELAY_MS
  for (let told = false; !(await tryLock(client, options.host)); told = true) {
    if (!told) options.onWaiting?.({ holder: await readHolder(client, options.host) })
    await systemClock.sleep(Math.min(delayMs, options.intervalMs), options.signal)
    options.signal?.throwIfAborted()
    delayMs *= 2
  }
}

async function tryLock(client: Client, host: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
    [toLockName(host)],
  )
  return rows[0]?.locked === true
}

/** What is locked: 64 bits of a hash of this name. */
export function toLockName(host: string): string {
  return `turnlog watcher of ${host}`
}

async function readHolder(client: Client, host: string): Promise<string | null> {
  const { rows } = await client.query<{ holder: string }>('select holder from watcher_leases where host = $1', [host])
  return rows[0]?.holder ?? null
}

/** Waits for a batch of the owner before that is in flight: that one has the row locked until its commit. */
async function takeEpoch(client: Client, host: string, holder: string): Promise<string> {
  const { rows } = await client.query<{ epoch: string }>(
    `insert into watcher_leases (host, epoch, holder) values ($1, 1, $2)
     on conflict (host) do update set epoch = watcher_leases.epoch + 1, holder = excluded.holder, taken_at = now()
     returning epoch::text as epoch`,
    [host, holder],
  )
  return rows[0]?.epoch as string
}

function hold(client: Client, host: string, epoch: string, intervalMs: number): Lease {
  const lost = new AbortController()
  const lose = (reason: Error): void => {
    clearInterval(heartbeat)
    lost.abort(reason)
  }
  client.on('error', lose)
  client.on('end', () => lose(new Error(`The connection that holds the lease of ${host} ended`)))
  // A connection that is only half open says nothing until it is asked; without an answer in time it is cut.
  let asking = false
  const heartbeat = setInterval(async () => {
    if (asking) return
    asking = true
    await checkAlive(client, intervalMs * 5)
    asking = false
  }, intervalMs)
  let releasing: Promise<void> | undefined
  const release = (): Promise<void> => {
    clearInterval(heartbeat)
    releasing ??= client.end().finally(() => lose(new Error(`The lease of ${host} was released`)))
    return releasing
  }
  return { host, epoch, lost: lost.signal, release, [Symbol.asyncDispose]: release }
}

async function checkAlive(client: Client, deadlineMs: number): Promise<void> {
  const deadline = setTimeout(() => cutConnection(client), deadlineMs)
  try {
    await client.query('select 1')
  } catch {
    // The client's `error` or `end` says the same, and is listened to.
  } finally {
    clearTimeout(deadline)
  }
}
