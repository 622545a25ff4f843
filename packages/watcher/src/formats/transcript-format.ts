import type { Agent, EventInput } from '@turnlog/schema'
import type { JsonObject } from '../json.ts'

/**
 * One agent's way of writing transcripts. Say which files are yours and what an entry means; nothing else. Finding
 * and reading files, splitting lines, half-written tails, JSON that cannot be read, order, retries and storing are
 * the watcher's business.
 *
 * A format is a folder beside this file and a line in `index.ts`; the suite `describeTranscriptFormat` checks what
 * is promised here.
 */
export interface TranscriptFormat {
  readonly agent: Agent
  /**
   * What the file at a path holds; null if it is no transcript of this format (sidecars, tool results, journals,
   * prompt histories). Decide by the path alone: the file may be unreadable, or gone.
   *
   * @param relativePath below the source folder, with `/` between its parts
   */
  identify(relativePath: string): TranscriptIdentity | null
  /**
   * Folders outside the source folder to which the agent moves transcripts; they are watched with it.
   *
   * @param root the source folder, absolute
   */
  foldersBeside?(root: string): readonly string[]
  /**
   * A parser for one transcript.
   *
   * @param state what {@link TranscriptParser.snapshot} gave at the point where reading goes on; null at the start of
   * the file
   * @param fileTime when the file was last written to, ISO 8601: the time of an entry if nothing in the transcript tells one
   */
  createParser(identity: TranscriptIdentity, state: JsonObject | null, fileTime: () => string): TranscriptParser
}

/** What the place of a file says about it. */
export interface TranscriptIdentity {
  /**
   * The transcript's own name, the same wherever the file is moved to and one of its kind: it is part of the identity
   * of every event. Never a path.
   */
  readonly transcript: string
  /** The session that the file belongs to (a subagent's: the parent's session); null where only the lines tell. */
  readonly sessionUuid: string | null
  /** The subagent whose transcript this is, inside a session that is another file's; null otherwise. */
  readonly agentId: string | null
  /** False for a file whose entries nobody said, such as the summarizing of a conversation: all are skipped. */
  readonly conversation: boolean
  /** The file is the same transcript in compressed form. */
  readonly compressed?: boolean
}

/** One JSON object of a transcript, where it stands. */
export interface Entry {
  readonly value: Readonly<Record<string, unknown>>
  /** Where the object begins, in bytes from the start of the file. */
  readonly offset: number
  /** The object's own bytes, without the newline. */
  readonly length: number
}

/**
 * Reads one transcript. Entries come in file order, each once. It runs on every line of gigabytes of history: look at
 * the type first, and leave everything else of an entry without words alone.
 */
export interface TranscriptParser {
  /**
   * Everything that an entry yields, often nothing. Say why when it is no turn. Never throw for odd content: the
   * schema of a transcript changes with every version of its agent.
   */
  parse(entry: Entry): EntryOutcome
  /**
   * Tells, as a promise, that an entry yields nothing and that no text in it matters: not to the outcome, and not to
   * what is remembered. It is asked with an entry that may be misread, in which strings of other than ASCII characters
   * have a character for each byte; true says that {@link TranscriptParser.parse} makes the same of that as of the
   * right one. False is always safe, and costs decoding the line.
   */
  isWordless(value: Entry['value']): boolean
  /** What a new parser needs to go on exactly from here. Small and bounded: it is stored with every batch. */
  snapshot(): JsonObject
}

export interface EntryOutcome {
  /** In the order in which they happened. `event_key` is set on each and follows from the bytes alone. */
  readonly events: readonly EventInput[]
  /** Why the entry yields no turn; null when it does. */
  readonly skipped: SkipReason | null
  /** The type of a record that the format does not know. New ones come with every version; they are counted. */
  readonly unknownType?: string
  /** The entry's own time if it tells a valid one: a sign of life of the session. */
  readonly timestamp: string | null
}

/** Why an entry is no turn. */
export const SKIP_REASONS = [
  /** Snapshots, titles, token counts, hooks, progress: nobody said anything. */
  'bookkeeping',
  /** Calls of tools, without a word beside them. */
  'tool_use',
  'tool_result',
  /** What the agent thought, without a word said. */
  'thinking',
  /** Text that the agent's program put in, marked as such. */
  'meta',
  /** Text that the agent's program put in under the user's name: instructions, environment, warnings. */
  'injected_context',
  'compact_summary',
  /** What a command printed that the human ran. */
  'command_output',
  'interrupt',
  /** An assistant line that no model wrote. */
  'synthetic',
  /** A message of another agent, a task or a channel: neither the human's words nor this agent's. */
  'not_human',
  /** The same words were already taken from an earlier entry. */
  'duplicate',
  /** Typed while the agent works; becomes a turn once it is sent. */
  'pending_steering',
  /** Typed while the agent works, and taken back before it was sent. */
  'retracted',
  /** The whole file is no conversation. */
  'not_conversation',
  'no_words',
  'unknown_type',
] as const
export type SkipReason = (typeof SKIP_REASONS)[number]
