import { chmod, readFile, realpath, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { checkFolder } from './check-folder.ts'
import { EmbeddedPostgresAccessError } from './errors.ts'
import { makeDirectory } from './make-directory.ts'
import type { EmbeddedPostgresReport } from './report.ts'
import { canReach, resolveServerAccount, type ServerAccount } from './server-account.ts'

/**
 * Where everything of one server lies:
 * ```
 * <stateDir>/postgres/
 *   data/        the data directory, 0700, belongs to the server's account
 *   socket/      the Unix socket, 0700, belongs to the server's account
 *   password     of the role turnlog_reader, 0600, belongs to the account that starts the server
 *   pg_hba.conf  who may connect
 *   origin.json  where the server was started last
 *   port         the last one used
 *   server.log   and server.log.1
 *   runtime/     copies of the binaries, where those installed cannot be used
 *   location     instead of all that: the path of the folder that has it
 * ```
 */
export interface ServerHome {
  readonly dir: string
  readonly dataDir: string
  readonly socketDir: string
  readonly passwordFile: string
  readonly hostAccessFile: string
  readonly originFile: string
  readonly portFile: string
  readonly logFile: string
  readonly runtimeDir: string
}

/** Where servers live whose account cannot enter the state directory. */
export const FALLBACK_DIR = '/var/lib/turnlog/embedded'

/** The home of the server of a state directory, as far as it is known without making anything. */
export async function findServerHome(stateDir: string): Promise<ServerHome> {
  const own = join(resolve(stateDir), 'postgres')
  await checkHome(own)
  const location = await readFile(join(own, 'location'), 'utf8').catch(() => null)
  return homeIn(location?.trim() || own)
}

/**
 * Refuses a home that another account could have prepared: its password would be known, its links would be followed.
 * Root may also find there what the account of the server made.
 */
async function checkHome(dir: string): Promise<void> {
  const path = await realpath(dir).catch(() => null)
  if (path === null) return
  const uid = process.getuid?.() ?? 0
  const dataOwner = uid === 0 ? (await stat(join(path, 'data')).catch(() => null))?.uid : undefined
  await checkFolder(path, [uid, ...(dataOwner === undefined ? [] : [dataOwner])], 0o022)
}

export interface OpenedHome {
  readonly home: ServerHome
  readonly account: ServerAccount | null
}

interface OpenHomeOptions {
  readonly stateDir: string
  readonly fallbackDir?: string | undefined
  readonly report?: Partial<EmbeddedPostgresReport> | undefined
}

/** Makes the home of a server, in a place that the server's account can reach. */
export async function openServerHome({ stateDir, fallbackDir, report }: OpenHomeOptions): Promise<OpenedHome> {
  const home = await findServerHome(stateDir)
  const account = await resolveServerAccount(home.dataDir)
  await makeHome(home.dir, account)
  await checkHome(home.dir)
  if (await canReach(home.dir, account)) return { home, account }
  return relocate({ stateDir, fallbackDir: fallbackDir ?? FALLBACK_DIR, report, own: home.dir })
}

/** The home of a server whose account cannot enter the state directory; it follows from the directory's path. */
export async function fallbackHome(stateDir: string, fallbackDir = FALLBACK_DIR): Promise<string> {
  // Loaded only where it is needed, because it takes five megabytes of the process that starts a server.
  const { createHash } = await import('node:crypto')
  const digest = createHash('sha256')
    .update(await realpath(stateDir))
    .digest('hex')
  return join(fallbackDir, digest.slice(0, 16))
}

async function relocate(options: {
  readonly stateDir: string
  readonly fallbackDir: string
  readonly report: Partial<EmbeddedPostgresReport> | undefined
  readonly own: string
}): Promise<OpenedHome> {
  const { stateDir, fallbackDir, report, own } = options
  const home = homeIn(await fallbackHome(stateDir, fallbackDir))
  const account = await resolveServerAccount(home.dataDir)
  await makeHome(home.dir, account)
  await checkHome(home.dir)
  if (account === null || !(await canReach(home.dir, account))) throw unreachable(stateDir, fallbackDir, account)
  // Written before there is any data, and the name is derived: whichever of the two a crash leaves, both lead here.
  await writeFile(join(own, 'location'), `${home.dir}\n`, { flush: true })
  // Whatever the umask: who may not use the server shall be told so, instead of finding none.
  await chmod(join(own, 'location'), 0o644)
  report?.relocated?.({ stateDir, home: home.dir, account: account.name })
  return { home, account }
}

function unreachable(
  stateDir: string,
  fallbackDir: string,
  account: ServerAccount | null,
): EmbeddedPostgresAccessError {
  return new EmbeddedPostgresAccessError(
    stateDir,
    `the account ${account?.name} that runs the server can enter neither this directory nor ${fallbackDir}`,
    'Choose a state directory that all accounts may walk through (for example with `chmod o+x` on those above it), or start turnlog as an ordinary account.',
  )
}

async function makeHome(dir: string, account: ServerAccount | null): Promise<void> {
  try {
    await makeDirectory(dir, account)
  } catch (cause) {
    const advice = 'Check the owner, the permissions and the free space of the folders on this path.'
    throw new EmbeddedPostgresAccessError(dir, 'the folder of the server cannot be made', advice, { cause })
  }
}

function homeIn(dir: string): ServerHome {
  return {
    dir,
    dataDir: join(dir, 'data'),
    socketDir: join(dir, 'socket'),
    passwordFile: join(dir, 'password'),
    hostAccessFile: join(dir, 'pg_hba.conf'),
    originFile: join(dir, 'origin.json'),
    portFile: join(dir, 'port'),
    logFile: join(dir, 'server.log'),
    runtimeDir: join(dir, 'runtime'),
  }
}
