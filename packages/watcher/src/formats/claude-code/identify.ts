import type { TranscriptIdentity } from '../transcript-format.ts'

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i

/** Other formats that lie in the same folders under a name of the same kind. */
const NOT_TRANSCRIPTS = new Set(['history', 'journal'])

/** Subagents that nobody talks to: they summarize a conversation, or guess the next prompt. */
const NOT_CONVERSATIONS = ['acompact-', 'aprompt_suggestion-']

/**
 * What a file below the projects folder holds:
 *
 * - `<folder>/<session>.jsonl`: a session
 * - `<folder>/<session>/subagents/…/agent-<id>.jsonl`: a subagent of that session
 * - `<folder>/agent-<id>.jsonl`: a subagent (2.0.x); only its lines tell the session
 *
 * The folder's own name says nothing: many directories are encoded to the same one.
 */
export function identify(relativePath: string): TranscriptIdentity | null {
  if (!relativePath.endsWith('.jsonl')) return null
  const folders = relativePath.split('/')
  const name = (folders.pop() ?? '').slice(0, -'.jsonl'.length)
  if (name === '' || name.startsWith('.') || NOT_TRANSCRIPTS.has(name)) return null
  if (folders.includes('tool-results')) return null
  if (name.startsWith('agent-')) return identifySubagent(name, folders)
  // What else lies inside a session's own folder are its sidecars.
  if (folders.includes('subagents') || UUID.test(folders.at(-1) ?? '')) return null
  return { transcript: name, sessionUuid: name, agentId: null, conversation: true }
}

function identifySubagent(name: string, folders: readonly string[]): TranscriptIdentity {
  const agentId = name.slice('agent-'.length)
  const conversation = !NOT_CONVERSATIONS.some((prefix) => agentId.startsWith(prefix))
  const sessionUuid = folders[folders.lastIndexOf('subagents') - 1] ?? null
  // Agent ids have as few as six digits of their own: two sessions can well have a subagent of the same name.
  const transcript = sessionUuid === null ? name : `${sessionUuid}/${name}`
  return { transcript, sessionUuid, agentId, conversation }
}
