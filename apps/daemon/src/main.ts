import { ConfigError } from '@turnlog/config'
import type { Command } from './commands/command.ts'
import { describeCommand, describeCommands } from './commands/describe-command.ts'
import { COMMANDS } from './commands/index.ts'
import { EXIT } from './exit-codes.ts'

/** Finds the command that was asked for and runs it. */
async function main([name = 'help', ...args]: readonly string[]): Promise<number> {
  if (isHelp(name)) return help(args[0])
  const command = await load(name)
  if (command === null) return refuse(name)
  return args.some((arg) => arg === '--help' || arg === '-h') ? help(name) : run(command, args)
}

async function run(command: Command, args: readonly string[]): Promise<number> {
  try {
    return await command.run(args)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    return EXIT.badConfig
  }
}

async function help(name: string | undefined): Promise<number> {
  if (name === undefined) return print(await describeAll())
  const command = await load(name)
  return command === null ? refuse(name) : print(describeCommand(command))
}

async function refuse(name: string): Promise<number> {
  console.error([`There is no command \`${name}\`.`, '', ...(await describeAll())].join('\n'))
  return EXIT.usage
}

async function describeAll(): Promise<readonly string[]> {
  return describeCommands(await Promise.all(Object.values(COMMANDS).map((command) => command())))
}

async function load(name: string): Promise<Command | null> {
  return Object.hasOwn(COMMANDS, name) ? ((await COMMANDS[name]?.()) ?? null) : null
}

function isHelp(name: string): boolean {
  return name === 'help' || name === '--help' || name === '-h'
}

function print(lines: readonly string[]): number {
  console.log(lines.join('\n'))
  return EXIT.ok
}

// Not process.exit(): what was printed into a pipe would be cut off.
process.exitCode = await main(process.argv.slice(2))
