import { ConfigError } from '@turnlog/config'
import type { Command } from './commands/command.ts'
import { COMMANDS } from './commands/index.ts'
import { EXIT } from './exit-codes.ts'

/** Finds the command that was asked for and runs it. */
async function main([name = 'help', ...args]: readonly string[]): Promise<number> {
  if (name === 'help' || name === '--help' || name === '-h') return help()
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (load === undefined) {
    console.error(`There is no command \`${name}\`. These are the commands:\n`)
    await help(console.error)
    return EXIT.usage
  }
  return run(await load(), args)
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

async function help(print: (line: string) => void = console.log): Promise<number> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()))
  const width = Math.max(...commands.map(({ usage }) => usage.length))
  for (const { usage, summary } of commands) print(`  turnlog ${usage.padEnd(width)}  ${summary}`)
  return EXIT.ok
}

// Not process.exit(): what was printed into a pipe would be cut off.
process.exitCode = await main(process.argv.slice(2))
