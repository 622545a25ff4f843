import type { HealthDocument } from './health-document.ts'

/*
 * The control socket speaks JSON, one line each way: a request, its answer. The daemon ends a connection after the
 * answer, but for `stop`: there the end of the connection is the end of the daemon.
 */

export const CHILD_NAMES = ['watcher', 'web'] as const
export type ChildName = (typeof CHILD_NAMES)[number]

export type DaemonRequest =
  | { readonly ask: 'health' }
  | { readonly ask: 'stop' }
  | { readonly ask: 'restart'; readonly child: ChildName }

export type DaemonAnswer =
  | { readonly ok: true; readonly pid: number; readonly health?: HealthDocument }
  | { readonly ok: false; readonly error: string }

/** Longest request taken, in bytes. */
export const MAX_REQUEST_BYTES = 4_096

/** Reads a request; null for anything that is none. */
export function parseDaemonRequest(line: string): DaemonRequest | null {
  const input = parseJson(line)
  if (input?.ask === 'health' || input?.ask === 'stop') return { ask: input.ask }
  const child = CHILD_NAMES.find((name) => name === input?.child)
  return input?.ask === 'restart' && child !== undefined ? { ask: 'restart', child } : null
}

/** Reads an answer; null for anything that is none. */
export function parseDaemonAnswer(line: string): DaemonAnswer | null {
  const input = parseJson(line)
  if (input?.ok === true && typeof input.pid === 'number') return input as unknown as DaemonAnswer
  return input?.ok === false && typeof input.error === 'string' ? { ok: false, error: input.error } : null
}

function parseJson(line: string): Record<string, unknown> | null {
  try {
    const input: unknown = JSON.parse(line)
    return typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : null
  } catch {
    return null
  }
}
