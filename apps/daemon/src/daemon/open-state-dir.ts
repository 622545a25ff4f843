import { accessSync, constants, mkdirSync } from 'node:fs'

/** The state directory cannot be used; the message says why and what to do. */
export class StateDirError extends Error {
  readonly stateDir: string
  constructor(stateDir: string, options: { readonly cause: unknown }) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause)
    super(
      `turnlog cannot use its state directory ${stateDir} (${reason}). ` +
        'Make it writable for this account, or name another one in TURNLOG_STATE_DIR or `state_dir`.',
      options,
    )
    this.name = 'StateDirError'
    this.stateDir = stateDir
  }
}

/**
 * Makes the state directory if need be and checks that it can be written to. Its own folders are private; itself it
 * lets others pass through, since the embedded database of root runs under another account.
 */
export function openStateDir(stateDir: string): void {
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o711 })
    accessSync(stateDir, constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new StateDirError(stateDir, { cause })
  }
}
