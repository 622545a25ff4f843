import { chmod, mkdir } from 'node:fs/promises'
import type { ServerAccount } from './server-account.ts'

/**
 * Makes a directory and the missing ones above it. Only those that we make get a mode: private, or open to walk through
 * (not to list) when the server runs under another account. Directories that exist are never widened.
 */
export async function makeDirectory(path: string, account: ServerAccount | null): Promise<void> {
  const mode = account ? 0o711 : 0o700
  const first = await mkdir(path, { recursive: true, mode })
  if (first === undefined) return
  // The umask may have taken bits away.
  for (let made = path; made.length >= first.length; made = made.slice(0, made.lastIndexOf('/')))
    await chmod(made, mode)
}
