import type { StoredEvent } from '@turnlog/database'

/** Which events `tail` shows; null leaves all. */
export interface TailFilter {
  readonly types: readonly string[]
  /** A session, or how its id begins. */
  readonly session: string | null
  /** A project's path, or the last part of it. */
  readonly project: string | null
  readonly agent: string | null
  /** Nothing that happened earlier: milliseconds since the epoch. */
  readonly since: number | null
}

/** Whether an event is one of those that were asked for. */
export function matches(event: StoredEvent, filter: TailFilter): boolean {
  const { payload } = event
  return (
    filter.types.includes(event.event_type) &&
    isSession(event.session_uuid, filter.session) &&
    isProject(payload.project_path, filter.project) &&
    (filter.agent === null || payload.agent === filter.agent) &&
    (filter.since === null || Date.parse(event.timestamp) >= filter.since)
  )
}

export function isSession(session: string | null, wanted: string | null): boolean {
  return wanted === null || session?.startsWith(wanted) === true
}

export function isProject(path: unknown, wanted: string | null): boolean {
  if (wanted === null) return true
  const project = wanted.replace(/\/+$/, '')
  return typeof path === 'string' && (path === project || path.endsWith(`/${project}`))
}
