import { parseArgs } from 'node:util'
import type { Command, CommandOptions } from './command.ts'

/** Runs a parser of arguments; where they cannot be understood, says why and how the command is called. */
export function readArguments<Options>(command: Pick<Command, 'usage'>, parse: () => Options): Options | null {
  try {
    return parse()
  } catch (error) {
    const { message } = error as Error
    console.error(`${simplify(message)}\nUsage: turnlog ${command.usage}`)
    return null
  }
}

/** The values of a command's options. Null, and said so, where there is anything else among the arguments. */
export function readOptions<const Options extends CommandOptions>(
  command: Pick<Command, 'usage'>,
  options: Options,
  args: readonly string[],
) {
  return readArguments(command, () => parseArgs({ args: [...args], options }).values)
}

/** False, and said so, where a command that takes nothing was given something. */
export function takesNothing(command: Pick<Command, 'usage'>, args: readonly string[]): boolean {
  return readOptions(command, {}, args) !== null
}

// Node goes on to explain how to pass such a thing as a positional argument, which no command takes.
function simplify(message: string): string {
  return message
    .replace(/(?<='). To specify a positional argument.*/s, '')
    .replace(/\. This command does not take.*/s, '')
}
