import { chmod, chown, mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { checkFolder } from './check-folder.ts'
import { EmbeddedPostgresAccessError } from './errors.ts'
import { canReach, type ServerAccount } from './server-account.ts'
import { socketPath } from './server-address.ts'
import type { ServerHome } from './server-home.ts'

/** The address of a socket has room for 104 bytes on macOS and 108 on Linux, with a zero at the end. */
const MAX_PATH_BYTES = process.platform === 'linux' ? 107 : 103
const HIGHEST_PORT = 65_535

/**
 * Makes the folder of the server's socket and returns its path. The folder has mode 0700 and belongs to the account that
 * runs the server, so only this account (and root) can connect; the socket itself asks for no password.
 *
 * It is `socket/` in the server's home. Where that path is too long for a socket, it is a folder with a name that
 * follows from the home, in `$XDG_RUNTIME_DIR` or else in `/tmp`.
 *
 * @throws EmbeddedPostgresAccessError if another account made the folder, or others can enter it.
 */
export async function openSocketDirectory(home: ServerHome, account: ServerAccount | null): Promise<string> {
  const path = await findSocketDirectory(home, account)
  await makePrivate(path, account)
  await checkFolder(path, [account?.uid ?? ownUid()], 0o077)
  return path
}

/** Where the folder of the server's socket is, or would be made. */
export async function findSocketDirectory(home: ServerHome, account: ServerAccount | null): Promise<string> {
  return fits(home.socketDir) ? home.socketDir : await shortDirectory(home, account)
}

function fits(directory: string): boolean {
  return Buffer.byteLength(socketPath({ socketDir: directory, port: HIGHEST_PORT })) <= MAX_PATH_BYTES
}

async function shortDirectory(home: ServerHome, account: ServerAccount | null): Promise<string> {
  // Loaded only where it is needed, because it takes five megabytes of the process that starts a server.
  const { createHash } = await import('node:crypto')
  const digest = createHash('sha256')
    .update(await realpath(home.dir))
    .digest('hex')
  const name = `turnlog-${digest.slice(0, 16)}`
  const runtimeDir = process.env.XDG_RUNTIME_DIR
  const inRuntimeDir = runtimeDir && join(runtimeDir, name)
  if (runtimeDir && inRuntimeDir && fits(inRuntimeDir) && (await canReach(runtimeDir, account))) return inRuntimeDir
  return join('/tmp', name)
}

// In a folder like /tmp, which is sticky, no other account can replace what we made between the two steps.
async function makePrivate(path: string, account: ServerAccount | null): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return
    const advice = 'Check the owner and the permissions of the folder above it, and start again.'
    throw new EmbeddedPostgresAccessError(path, 'the folder of the socket cannot be made', advice, { cause })
  }
  await chmod(path, 0o700)
  if (account) await chown(path, account.uid, account.gid)
}

function ownUid(): number {
  return process.getuid?.() ?? 0
}
