import { constants } from 'node:fs'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { EmbeddedPostgresAccessError } from './errors.ts'
import { randomBytes } from './random-bytes.ts'

/** The password of the role for readers; made on first use, in a file that only its owner may read. */
export async function ensurePassword(file: string): Promise<string> {
  return (await readPassword(file)) ?? (await makePassword(file))
}

/** Null if there is none yet. */
export async function readPassword(file: string): Promise<string | null> {
  try {
    return (await readFile(file, { encoding: 'utf8', flag: constants.O_RDONLY | constants.O_NOFOLLOW })).trim() || null
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new EmbeddedPostgresAccessError(
      file,
      'the password of the embedded server cannot be read',
      'Use the account that started the server first (root, if that was root).',
      { cause },
    )
  }
}

// A link is made whole or not at all, and not over another one: of two starts at once both use the same password. What is
// replaced is an empty file, as a crash of the system may leave.
async function makePassword(file: string): Promise<string> {
  const scratch = `${file}-${randomBytes(4).toString('hex')}`
  const password = randomBytes(32).toString('base64url')
  try {
    await writeFile(scratch, `${password}\n`, { mode: 0o600, flag: 'wx', flush: true })
    await link(scratch, file).catch(unlessExists)
    const kept = await readPassword(file)
    if (kept !== null) return kept
    await rename(scratch, file)
    return password
  } finally {
    await rm(scratch, { force: true })
  }
}

function unlessExists(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
