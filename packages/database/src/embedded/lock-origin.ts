import { readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { EmbeddedPostgresOccupiedError } from './errors.ts'
import { type Place, readPlace, relatePlace, toPlace } from './place.ts'
import { type PostmasterFile, readPostmasterFile } from './postmaster-file.ts'
import { socketPath } from './server-address.ts'
import type { ServerHome } from './server-home.ts'

/** Where the server was started that wrote `postmaster.pid`, kept beside the data. */
interface LockOrigin extends Place {
  /** The socket is in the server's home, and not in a folder that other machines and containers may not share. */
  readonly socketInHome: boolean
}

/** Call it right before a server is started. */
export async function writeLockOrigin(home: ServerHome, socketDir: string): Promise<void> {
  const origin: LockOrigin = { ...readPlace(), socketInHome: socketDir === home.socketDir }
  await writeFile(home.originFile, `${JSON.stringify(origin)}\n`, { mode: 0o600 })
}

/**
 * Refuses a data directory whose server may be alive where its process id means nothing here: on another machine, or in
 * another container. PostgreSQL itself would take its lock for stale and start a second server on the same files.
 *
 * @throws EmbeddedPostgresOccupiedError
 */
export async function checkLockOrigin(home: ServerHome): Promise<void> {
  const lock = await readPostmasterFile(home.dataDir)
  const origin = lock && (await readLockOrigin(home.originFile))
  if (!lock || !origin) return
  const relation = relatePlace(origin, readPlace())
  // Where boots have no id (macOS), the host name alone is no proof, because it can change with the network.
  if (relation === 'other_machine' && origin.boot !== '') {
    throw occupied(home, lock, `it was started on another machine, ${origin.host}`)
  }
  if (relation !== 'same_machine') return
  // A socket in the file system is reached from all containers of a machine, for as long as its server lives.
  const found = await probeSocket(toSocketPath(home, lock, origin))
  if (found === 'answers') throw occupied(home, lock, `it runs in another container of this machine, ${origin.host}`)
  if (found === 'unseen' && !origin.socketInHome) {
    throw occupied(home, lock, `it was started in another container, ${origin.host}, whose socket cannot be seen here`)
  }
}

async function readLockOrigin(file: string): Promise<LockOrigin | null> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'))
    const place = toPlace(value)
    return place && { ...place, socketInHome: (value as Partial<LockOrigin>).socketInHome === true }
  } catch (error) {
    // Data of an older version has none, and a crash of the system may leave half of one.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return null
    throw error
  }
}

function toSocketPath(home: ServerHome, lock: PostmasterFile, { socketInHome }: LockOrigin): string | null {
  const socketDir = socketInHome ? home.socketDir : lock.socketDir
  return socketDir === null || lock.port === null ? null : socketPath({ socketDir, port: lock.port })
}

/** `refuses`: the file is there and no process listens on it. */
function probeSocket(path: string | null): Promise<'answers' | 'refuses' | 'unseen'> {
  if (path === null) return Promise.resolve('unseen')
  const { promise, resolve } = Promise.withResolvers<'answers' | 'refuses' | 'unseen'>()
  const socket = connect(path)
  socket.once('connect', () => resolve('answers'))
  socket.once('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'ENOENT') resolve('unseen')
    else resolve(code === 'ECONNREFUSED' ? 'refuses' : 'answers')
  })
  return promise.finally(() => socket.destroy())
}

function occupied({ dataDir }: ServerHome, { pid }: PostmasterFile, problem: string): EmbeddedPostgresOccupiedError {
  const advice = `Stop the turnlog that runs there. If it is certain that no postgres runs on this data, remove ${dataDir}/postmaster.pid and start again.`
  return new EmbeddedPostgresOccupiedError(dataDir, pid, problem, advice)
}
