import type { TranscriptIdentity } from '../transcript-format.ts'

const ROLLOUT = /^rollout-.*?([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})$/i

/** Other formats that lie beside the rollouts. */
const NOT_ROLLOUTS = new Set(['history', 'session_index'])

/**
 * What a file below the sessions folder holds. A rollout is named by its uuid alone: it moves to `archived_sessions`,
 * and after some idle days it is replaced by a compressed copy, which is expanded again before it goes on.
 */
export function identify(relativePath: string): TranscriptIdentity | null {
  const file = relativePath.slice(relativePath.lastIndexOf('/') + 1)
  const compressed = file.endsWith('.jsonl.zst')
  if (!compressed && !file.endsWith('.jsonl')) return null
  const name = file.slice(0, compressed ? -'.jsonl.zst'.length : -'.jsonl'.length)
  if (name === '' || name.startsWith('.') || NOT_ROLLOUTS.has(name)) return null
  const uuid = ROLLOUT.exec(name)?.[1]?.toLowerCase() ?? null
  const identity = { transcript: uuid ?? name, sessionUuid: uuid, agentId: null, conversation: true }
  return compressed ? { ...identity, compressed } : identity
}
