import type { EventInput } from '@turnlog/schema'
import type { EntryOutcome, SkipReason } from './transcript-format.ts'

const NONE: readonly EventInput[] = []

/** The outcome of an entry that is no turn. */
export function skip(reason: SkipReason, timestamp: string | null): EntryOutcome {
  return { events: NONE, skipped: reason, timestamp }
}

/** The outcome of an entry of a type that the format does not know. */
export function skipUnknown(type: unknown, timestamp: string | null): EntryOutcome {
  // Counted by name: the names must stay few and short, whatever a damaged file holds.
  const unknownType = typeof type === 'string' && type !== '' ? type.slice(0, 100) : '(none)'
  return { events: NONE, skipped: 'unknown_type', unknownType, timestamp }
}

/** The outcome of an entry that is a turn. */
export function deliver(event: EventInput, timestamp: string | null): EntryOutcome {
  return { events: [event], skipped: null, timestamp }
}

/** The same outcome with the event that registers its session, which comes first. */
export function withRegistration(registration: EventInput, outcome: EntryOutcome): EntryOutcome {
  return { ...outcome, events: [registration, ...outcome.events] }
}
