import type { Command } from './command.ts'

/** All commands, each loaded when it is called: `status` must not wait for what only `start` needs. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).start,
  status: async () => (await import('./status.ts')).status,
  tail: async () => (await import('./tail.ts')).tail,
  doctor: async () => (await import('./doctor.ts')).doctor,
  demo: async () => (await import('./demo.ts')).demo,
  stop: async () => (await import('./stop.ts')).stop,
  restart: async () => (await import('./restart.ts')).restart,
  verify: async () => (await import('./verify.ts')).verify,
  'dead-letters': async () => (await import('./dead-letters.ts')).deadLetters,
  'psql-url': async () => (await import('./psql-url.ts')).psqlUrl,
}
