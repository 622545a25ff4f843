import type { EventFilter } from '@turnlog/database'
import { ACTORS, AGENTS, EVENT_TYPES, isTimestamp } from '@turnlog/schema'
import * as v from 'valibot'
import { ApiError } from './api-error.ts'
import { parseLogCursor, parseSessionCursor, parseTurnCursor } from './cursor.ts'

/** Longest text that a parameter may have. */
const LONGEST = 1_000
const MOST_WORDS = 10

const text = v.pipe(
  v.string(),
  v.minLength(1, 'is empty'),
  v.maxLength(LONGEST, `is longer than ${LONGEST} characters`),
  v.check((value) => !value.includes('\0'), 'holds a character that no text in the log has'),
)
const moment = v.pipe(text, v.check(isTimestamp, 'is not an ISO 8601 time with an offset, like 2026-01-02T03:04:05Z'))
const oneOf = <const Names extends readonly string[]>(names: Names) =>
  v.picklist(names, `is none of ${names.join(', ')}`)
const cursor = <Position>(parse: (text: string) => Position | null) =>
  v.pipe(
    text,
    v.rawTransform<string, Position>(({ dataset, addIssue, NEVER }) => {
      const position = parse(dataset.value)
      if (position !== null) return position
      addIssue({ message: 'is not a cursor that an answer of this server held' })
      return NEVER
    }),
  )
const whole = (least: number, most: number) =>
  v.pipe(
    text,
    v.regex(/^\d{1,9}$/, 'is not a whole number'),
    v.transform(Number),
    v.minValue(least, `is less than ${least}`),
    v.maxValue(most, `is more than ${most}`),
  )
const limit = (most: number, usual: number) => v.optional(whole(1, most), String(usual))
/** Characters of a text: lists of long turns would be hundreds of megabytes. */
const cut = v.optional(whole(1, 1_000_000))
const words = v.pipe(
  text,
  v.transform((value) => [...value.matchAll(/"([^"]+)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? '')),
  v.maxLength(MOST_WORDS, `has more than ${MOST_WORDS} words`),
)
const types = v.pipe(
  text,
  v.transform((value) => value.split(',')),
  v.array(oneOf(EVENT_TYPES)),
)

const filterEntries = {
  session: v.optional(text),
  type: v.optional(types),
  agent: v.optional(oneOf(AGENTS)),
  actor: v.optional(oneOf(ACTORS)),
  project: v.optional(text),
  since: v.optional(moment),
  until: v.optional(moment),
  q: v.optional(words),
}

export const eventPageParameters = v.strictObject({
  ...filterEntries,
  limit: limit(500, 50),
  cut,
  before: v.optional(cursor(parseLogCursor)),
  after: v.optional(cursor(parseLogCursor)),
})
export const streamParameters = v.strictObject({ ...filterEntries, after: v.optional(cursor(parseLogCursor)) })
export const sessionsParameters = v.strictObject({
  agent: v.optional(oneOf(AGENTS)),
  project: v.optional(text),
  limit: limit(200, 50),
  after: v.optional(cursor(parseSessionCursor)),
})
export const turnsParameters = v.strictObject({
  limit: limit(500, 100),
  cut,
  before: v.optional(cursor(parseTurnCursor)),
  after: v.optional(cursor(parseTurnCursor)),
  around: v.optional(v.pipe(text, v.regex(/^\d{1,18}$/, 'is not the id of an event'))),
  at: v.optional(oneOf(['start', 'end']), 'start'),
})
export const statisticsParameters = v.strictObject({ minutes: v.optional(whole(1, 1_440), '60') })

type FilterParameters = v.InferOutput<ReturnType<typeof v.object<typeof filterEntries>>>

/** Without what was not asked for. */
export function toEventFilter({
  session,
  type,
  agent,
  actor,
  project,
  since,
  until,
  q,
}: FilterParameters): EventFilter {
  return {
    ...(session !== undefined && { session }),
    ...(type && { types: type }),
    ...(agent && { agent }),
    ...(actor && { actor }),
    ...(project !== undefined && { project }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(q && { words: q }),
  }
}

/**
 * Reads the query of a request; the last one counts of a parameter that is given more than once.
 *
 * @throws ApiError with everything that is wrong with it
 */
export function parseParameters<Schema extends v.GenericSchema>(
  schema: Schema,
  query: Readonly<Record<string, string>>,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, query)
  if (result.success) return result.output
  const problems = result.issues.map((issue) => `\`${v.getDotPath(issue)?.split('.')[0]}\` ${toProblem(issue)}`)
  const known = 'entries' in schema ? Object.keys(schema.entries as object).join(', ') : ''
  throw new ApiError(
    400,
    'invalid_parameter',
    `${[...new Set(problems)].join('; ')}.`,
    `The parameters here are: ${known}.`,
  )
}

function toProblem(issue: v.BaseIssue<unknown>): string {
  return issue.expected === 'never' ? 'is not a parameter here' : issue.message
}
