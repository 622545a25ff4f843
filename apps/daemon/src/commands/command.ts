/** One command of `turnlog`. */
export interface Command {
  /** How it is called, with its arguments: `dead-letters list|retry`. */
  readonly usage: string
  /** One line for the list of commands. */
  readonly summary: string
  /** @returns the exit code */
  run(args: readonly string[]): Promise<number>
}
