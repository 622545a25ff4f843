import type { EventFilter, StoredEvent } from '@turnlog/database'

/** Whether an event fits; the same choice that the database makes for pages. */
export function matchesFilter(event: StoredEvent, filter: EventFilter): boolean {
  const { session, types, agent, actor, project, since, until, words = [] } = filter
  const { payload } = event
  return (
    (session === undefined || event.session_uuid === session) &&
    (types?.includes(event.event_type) ?? true) &&
    (agent === undefined || payload.agent === agent) &&
    (actor === undefined || payload.actor === actor) &&
    (project === undefined || payload.project_path === project) &&
    (since === undefined || Date.parse(event.timestamp) >= Date.parse(since)) &&
    (until === undefined || Date.parse(event.timestamp) < Date.parse(until)) &&
    (words.length === 0 || holdsWords(payload, words))
  )
}

function holdsWords(payload: StoredEvent['payload'], words: readonly string[]): boolean {
  const text = (typeof payload.text === 'string' ? payload.text : JSON.stringify(payload)).toLowerCase()
  return words.every((word) => text.includes(word.toLowerCase()))
}
