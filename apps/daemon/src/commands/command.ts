import type { ParseArgsOptionDescriptor } from 'node:util'

/** One option of a command, as `node:util` parses it, and what it does. */
export interface CommandOption extends ParseArgsOptionDescriptor {
  /** What stands behind it in the help: `ID`. Only where it takes a value. */
  readonly placeholder?: string
  readonly summary: string
}

export type CommandOptions = Readonly<Record<string, CommandOption>>

/** One command of `turnlog`. */
export interface Command {
  /** How it is called, with its arguments: `dead-letters list|retry`. */
  readonly usage: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What else is worth knowing, for the help of this command. */
  readonly details?: string
  readonly options?: CommandOptions
  /** @returns the exit code */
  run(args: readonly string[]): Promise<number>
}
