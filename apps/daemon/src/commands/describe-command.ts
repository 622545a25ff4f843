import type { Command } from './command.ts'

/** All commands, a line each. */
export function describeCommands(commands: readonly Command[]): readonly string[] {
  const names = commands.map(({ usage }) => usage.split(' ', 1)[0] ?? '')
  const width = Math.max(...names.map((name) => name.length))
  return [
    'turnlog records every turn that coding agents take, exactly once.',
    '',
    'Usage: turnlog <command> [options]',
    '',
    ...commands.map(({ summary }, index) => `  ${names[index]?.padEnd(width)}  ${summary}`),
    '',
    'What a command takes: turnlog <command> --help',
  ]
}

/** One command: how it is called, what it does, and each of its options. */
export function describeCommand({ usage, summary, details, options = {} }: Command): readonly string[] {
  const rows = Object.entries(options).map(([name, { short, placeholder, summary }]) => {
    const flag = `${short === undefined ? '   ' : `-${short},`} --${name}`
    return [placeholder === undefined ? flag : `${flag} ${placeholder}`, summary] as const
  })
  const width = Math.max(0, ...rows.map(([flag]) => flag.length))
  return [
    `Usage: turnlog ${usage}`,
    '',
    summary,
    ...(details === undefined ? [] : ['', details]),
    ...(rows.length === 0 ? [] : ['', ...rows.map(([flag, what]) => `  ${flag.padEnd(width)}  ${what}`)]),
  ]
}
