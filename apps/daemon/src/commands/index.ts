import type { Command } from './command.ts'

/** All commands, each loaded when it is called: `status` must not wait for what only `start` needs. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).start,
  'psql-url': async () => (await import('./psql-url.ts')).psqlUrl,
}
