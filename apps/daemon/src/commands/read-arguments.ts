import type { Command } from './command.ts'

/** Runs a parser of arguments; where they cannot be understood, says why and how the command is called. */
export function readArguments<Options>(command: Pick<Command, 'usage'>, parse: () => Options): Options | null {
  try {
    return parse()
  } catch (error) {
    console.error(`${(error as Error).message}\nUsage: turnlog ${command.usage}`)
    return null
  }
}
