import type { Stats } from 'node:fs'
import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EmbeddedPostgresAccessError } from './errors.ts'

/** The unprivileged account that the server runs under when we are root; PostgreSQL refuses to run as root itself. */
export interface ServerAccount {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** In order of preference. `nobody` exists everywhere. */
const ACCOUNT_NAMES = ['turnlog', 'postgres', 'nobody'] as const

/**
 * The account for a server: null means as ourselves, since we are an ordinary account. For root it is whoever owns the
 * data directory already (changing that would lock the data out), else the first of `turnlog`, `postgres`, `nobody`.
 */
export async function resolveServerAccount(dataDir: string): Promise<ServerAccount | null> {
  if (process.getuid?.() !== 0) return null
  const accounts = parseAccounts(await readFile('/etc/passwd', 'utf8'))
  const owner = await stat(dataDir).catch(() => null)
  if (owner?.uid === 0) {
    throw new EmbeddedPostgresAccessError(
      dataDir,
      'it belongs to root, and PostgreSQL refuses to run as root',
      `Give it to the account that shall run the server, for example with \`chown -R nobody ${dataDir}\`, and start again.`,
    )
  }
  if (owner)
    return accounts.find(({ uid }) => uid === owner.uid) ?? { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid }
  return firstAccount(accounts)
}

export function parseAccounts(passwd: string): readonly ServerAccount[] {
  return passwd.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    // macOS writes the id of `nobody` as -2; the system calls mean the same number without a sign.
    return name && uid && gid ? [{ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }] : []
  })
}

function firstAccount(accounts: readonly ServerAccount[]): ServerAccount {
  for (const name of ACCOUNT_NAMES) {
    const account = accounts.find((candidate) => candidate.name === name)
    if (account && account.uid !== 0) return account
  }
  throw new EmbeddedPostgresAccessError(
    '/etc/passwd',
    `PostgreSQL refuses to run as root, and there is none of the accounts ${ACCOUNT_NAMES.join(', ')} to run it under`,
    'Make one with `useradd --system turnlog`, or start turnlog as an ordinary account.',
  )
}

/**
 * Spawn options to become the account. With them libuv also empties the list of supplementary groups
 * (`setgroups(0, NULL)` in uv_spawn), so nothing of root's membership stays with the server.
 */
export function spawnIdentity(account: ServerAccount | null): { readonly uid?: number; readonly gid?: number } {
  return account ? { uid: account.uid | 0, gid: account.gid | 0 } : {}
}

/**
 * Whether the account can walk to a path and read it there, by the permission bits of the path and of all folders above.
 * Access lists beyond the bits are not seen; where they say no, the server's own error tells.
 */
export async function canReach(path: string, account: ServerAccount | null): Promise<boolean> {
  const target = await realpath(path).catch(() => null)
  if (target === null) return false
  if (account === null) return true
  for (let current = target; ; current = dirname(current)) {
    const entry = await stat(current)
    if (!allows(entry, account, entry.isDirectory() ? ENTER : READ)) return false
    if (current === dirname(current)) return true
  }
}

const READ = 0o4
const ENTER = 0o1

function allows(entry: Stats, account: ServerAccount, needed: number): boolean {
  if (entry.uid === account.uid) return ((entry.mode >> 6) & needed) === needed
  if (entry.gid === account.gid) return ((entry.mode >> 3) & needed) === needed
  return (entry.mode & needed) === needed
}
