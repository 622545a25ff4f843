/**
 * What a child sends to its supervisor. `stopping`: its graceful shutdown began, no matter who asked for it. The instance
 * proves that the message is from the current process and not from one before it.
 */
export type ChildMessage =
  | { readonly supervision: Signal; readonly instance: string }
  | { readonly supervision: 'message'; readonly instance: string; readonly data: unknown }

/** What a supervisor sends to its child. */
export type SupervisorMessage =
  | { readonly supervision: 'stop' }
  | { readonly supervision: 'message'; readonly data: unknown }

/** Environment variables through which a child learns about its supervision; removed from its environment when read. */
export const CHILD_VARIABLES = {
  instance: 'SUPERVISION_INSTANCE',
  heartbeatMs: 'SUPERVISION_HEARTBEAT_MS',
  flushMs: 'SUPERVISION_FLUSH_MS',
  unrequestedFlushMs: 'SUPERVISION_UNREQUESTED_FLUSH_MS',
} as const

const SIGNALS = ['ready', 'heartbeat', 'stopping'] as const
type Signal = (typeof SIGNALS)[number]

export function parseChildMessage(input: unknown): ChildMessage | null {
  if (!isRecord(input) || typeof input.instance !== 'string') return null
  const { instance } = input
  if (input.supervision === 'message') return { supervision: 'message', instance, data: input.data }
  const supervision = SIGNALS.find((signal) => signal === input.supervision)
  return supervision === undefined ? null : { supervision, instance }
}

export function parseSupervisorMessage(input: unknown): SupervisorMessage | null {
  if (!isRecord(input)) return null
  if (input.supervision === 'stop') return { supervision: 'stop' }
  return input.supervision === 'message' ? { supervision: 'message', data: input.data } : null
}

function isRecord(input: unknown): input is Record<string, unknown> {
  return typeof input === 'object' && input !== null
}
