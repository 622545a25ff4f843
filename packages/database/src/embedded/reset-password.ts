import type { Binaries } from './binaries.ts'
import { USER } from './data-directory.ts'
import { EmbeddedPostgresAccessError } from './errors.ts'
import type { EmbeddedPostgresReport } from './report.ts'
import { runCommand } from './run-command.ts'
import type { ServerAccount } from './server-account.ts'
import type { ServerHome } from './server-home.ts'

interface ResetPasswordOptions {
  readonly home: ServerHome
  readonly binaries: Binaries
  readonly account: ServerAccount | null
  /** Made of letters, digits, `-` and `_`. */
  readonly password: string
  readonly report?: Partial<EmbeddedPostgresReport> | undefined
}

/**
 * Gives the user of a stopped server the password that is on file, when the file was lost or the data was restored from
 * elsewhere. Needs no password: whoever owns the data files may write to them (single-user mode).
 */
export async function resetPassword({
  home,
  binaries,
  account,
  password,
  report,
}: ResetPasswordOptions): Promise<void> {
  if (!/^[\w-]+$/.test(password)) throw unusable(home.passwordFile)
  const input = `alter user ${USER} password '${password}'\n`
  const args = ['--single', '-D', home.dataDir, 'postgres']
  const result = await runCommand(binaries.postgres, args, { cwd: home.dir, account, input })
  if (!result.ok) {
    const cause = new Error(result.output.trim())
    const advice = 'Remove what the cause names, or restore the file `password` that belongs to this data.'
    throw new EmbeddedPostgresAccessError(home.dataDir, 'the password could not be set anew', advice, { cause })
  }
  report?.passwordReset?.({ dataDir: home.dataDir })
}

function unusable(file: string): EmbeddedPostgresAccessError {
  const advice = 'Remove the file; the next start makes a new password.'
  return new EmbeddedPostgresAccessError(
    file,
    'the server does not take this password, and it is not one of ours',
    advice,
  )
}
