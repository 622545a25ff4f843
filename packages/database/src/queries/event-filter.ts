import { type RawBuilder, sql } from 'kysely'

/** Which events to read; what is left out leaves all. */
export interface EventFilter {
  readonly session?: string
  readonly types?: readonly string[]
  readonly agent?: string
  readonly actor?: string
  /** The whole `project_path`. */
  readonly project?: string
  /** Happened at this moment or later, ISO 8601. */
  readonly since?: string
  /** Happened before this moment, ISO 8601. */
  readonly until?: string
  /** Each of them is somewhere in the text, in upper or lower case; in the whole payload where there is no text. */
  readonly words?: readonly string[]
}

/** What a row of `events` must fulfil, but for the session, which readers look up in their own ways. */
export function toConditions(filter: EventFilter): readonly RawBuilder<boolean>[] {
  const { types, agent, actor, project, since, until, words = [] } = filter
  return [
    types && sql<boolean>`event_type = any (${types}::text[])`,
    agent !== undefined && sql<boolean>`payload ->> 'agent' = ${agent}`,
    actor !== undefined && sql<boolean>`payload ->> 'actor' = ${actor}`,
    project !== undefined && sql<boolean>`payload ->> 'project_path' = ${project}`,
    since !== undefined && sql<boolean>`"timestamp" >= ${since}::timestamptz`,
    until !== undefined && sql<boolean>`"timestamp" < ${until}::timestamptz`,
    // Last, since a long text has to be unpacked for it.
    ...words.map((word) => sql<boolean>`coalesce(payload ->> 'text', payload::text) ilike ${toPattern(word)}`),
  ].filter((condition) => typeof condition === 'object')
}

/** All of them, as one condition. */
export function allOf(conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  return conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(conditions, sql` and `)}`
}

function toPattern(word: string): string {
  return `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`
}
