import { lstat } from 'node:fs/promises'
import { EmbeddedPostgresAccessError } from './errors.ts'

/**
 * Refuses a folder that another account could have prepared or can change.
 *
 * @param owners the accounts that may own it
 * @param forbidden the permission bits that it must not have
 * @throws EmbeddedPostgresAccessError with what is wrong and how to change it.
 */
export async function checkFolder(path: string, owners: readonly number[], forbidden: number): Promise<void> {
  const found = await lstat(path)
  const mode = found.mode & 0o777
  if (!found.isDirectory()) throw refused(path, 'it is not a folder', 'Remove it')
  if (!owners.includes(found.uid)) {
    throw refused(path, `it belongs to another account (uid ${found.uid})`, 'Remove it, or give it to this account')
  }
  if ((mode & forbidden) === 0) return
  const bits = (mode & ~forbidden).toString(8)
  throw refused(path, `other accounts have access to it (mode ${mode.toString(8)})`, `Run \`chmod ${bits} ${path}\``)
}

function refused(path: string, problem: string, advice: string): EmbeddedPostgresAccessError {
  return new EmbeddedPostgresAccessError(path, `${problem}, so turnlog does not use it`, `${advice}, and start again.`)
}
