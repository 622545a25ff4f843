/** What a child tells its supervisor. The instance proves that it speaks for itself and not for one before it. */
export type ChildMessage =
  | { readonly supervision: 'ready' | 'heartbeat'; readonly instance: string }
  | { readonly supervision: 'message'; readonly instance: string; readonly data: unknown }

/** What a supervisor tells its child. */
export type SupervisorMessage =
  | { readonly supervision: 'stop' }
  | { readonly supervision: 'message'; readonly data: unknown }

/** Where a child finds what it needs to know about its supervision; taken out of its environment when read. */
export const CHILD_VARIABLES = {
  instance: 'SUPERVISION_INSTANCE',
  heartbeatMs: 'SUPERVISION_HEARTBEAT_MS',
  stopMs: 'SUPERVISION_STOP_MS',
} as const

export function parseChildMessage(input: unknown): ChildMessage | null {
  if (!isRecord(input) || typeof input.instance !== 'string') return null
  const { supervision, instance } = input
  if (supervision === 'ready' || supervision === 'heartbeat') return { supervision, instance }
  return supervision === 'message' ? { supervision, instance, data: input.data } : null
}

export function parseSupervisorMessage(input: unknown): SupervisorMessage | null {
  if (!isRecord(input)) return null
  if (input.supervision === 'stop') return { supervision: 'stop' }
  return input.supervision === 'message' ? { supervision: 'message', data: input.data } : null
}

function isRecord(input: unknown): input is Record<string, unknown> {
  return typeof input === 'object' && input !== null
}
