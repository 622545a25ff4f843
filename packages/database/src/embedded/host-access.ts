import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { DATABASE, ROLES } from './server-address.ts'

/**
 * Who may connect, and how. The folder of the socket lets in only the server's own account and root, so a password there
 * would add nothing. Over TCP, where any account can connect (and, if the server is gone, listen), only the reader is
 * let in; SCRAM never sends the password.
 */
const RULES = `# Written by turnlog at each start of the server.
local  all          all              trust
host   ${DATABASE}  ${ROLES.reader}  127.0.0.1/32  scram-sha-256
host   all          all              all           reject
`

/** Writes the server's `pg_hba.conf` if it is not there yet as it should be. */
export async function writeHostAccess(file: string): Promise<void> {
  const current = await readFile(file, 'utf8').catch(() => null)
  if (current === RULES) return
  const scratch = `${file}-${process.pid}`
  await rm(scratch, { force: true })
  await writeFile(scratch, RULES, { flag: 'wx' })
  // The server's account must be able to read it, so its mode does not depend on the umask. It holds no secret.
  await chmod(scratch, 0o644)
  await rename(scratch, file)
}
