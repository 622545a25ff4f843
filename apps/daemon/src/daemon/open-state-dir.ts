import { accessSync, constants, mkdirSync, statSync } from 'node:fs'

/** The state directory cannot be used; the message says why and what to do. */
export class StateDirError extends Error {
  readonly stateDir: string
  constructor(stateDir: string, problem: string, nextStep: string, options?: { readonly cause: unknown }) {
    super(`turnlog cannot use its state directory ${stateDir}: ${problem}. ${nextStep}`, options)
    this.name = 'StateDirError'
    this.stateDir = stateDir
  }
}

const OTHER_DIRECTORY = 'name another one in TURNLOG_STATE_DIR or `state_dir`.'

/**
 * Makes the state directory if it is missing, and checks that this account can use it and no other account can change
 * it. Its own folders are private. The directory itself lets others pass through, because the embedded database of root
 * runs under another account.
 *
 * @throws StateDirError
 */
export function openStateDir(stateDir: string): void {
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o711 })
    accessSync(stateDir, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new StateDirError(stateDir, problem, `Make it writable for this account, or ${OTHER_DIRECTORY}`, { cause })
  }
  checkAccess(stateDir)
}

// What is in a directory that others can change is theirs, e.g. a known password, or a link to a file of this account.
function checkAccess(stateDir: string): void {
  const { uid, mode } = statSync(stateDir)
  if (uid !== process.getuid?.()) {
    const problem = `it belongs to another account (uid ${uid})`
    throw new StateDirError(stateDir, problem, `Start turnlog as that account, or ${OTHER_DIRECTORY}`)
  }
  if ((mode & 0o022) === 0) return
  const problem = `other accounts can write to it (mode ${(mode & 0o777).toString(8)})`
  throw new StateDirError(stateDir, problem, `Run \`chmod go-w ${stateDir}\`, or ${OTHER_DIRECTORY}`)
}
