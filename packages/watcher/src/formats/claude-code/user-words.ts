import type { TurnKind } from '@turnlog/schema'
import type { Attachment } from '../attachment.ts'
import type { SkipReason } from '../transcript-format.ts'
import { toObject, type UnknownObject } from '../values.ts'
import { type Content, readContent } from './content.ts'
import { readText } from './wrappers.ts'

/** What somebody said under the user's name, or why it is nothing that was said. */
export type UserWords =
  | {
      readonly kind: TurnKind
      readonly text: string
      readonly attachments: readonly Attachment[]
      /** Said while a tool's result was given back, not as a prompt of its own. */
      readonly besideToolResult: boolean
    }
  | { readonly skipped: SkipReason }

/** Origins that say that no human wrote an entry. Others, and future ones, are left to what the text shows. */
const NOT_HUMAN_ORIGINS = new Set([
  'agent',
  'channel',
  'coordinator',
  'hook',
  'peer',
  'subagent',
  'system',
  'task-notification',
  'teammate',
])

/** Who an entry says wrote it (2.1.18x and later): true or false for human or not, undefined where it does not tell. */
export function isHumanOrigin(origin: unknown): boolean | undefined {
  const { kind } = toObject(origin)
  if (kind === 'human') return true
  return typeof kind === 'string' && NOT_HUMAN_ORIGINS.has(kind) ? false : undefined
}

/** Reads the words of a `user` line. */
export function readUserLine(line: UnknownObject, content: unknown, human: boolean | undefined): UserWords {
  if (line.isMeta === true) return { skipped: 'meta' }
  if (line.isCompactSummary === true) return { skipped: 'compact_summary' }
  if (human === false) return { skipped: 'not_human' }
  const words = readWords(content, human === true)
  if ('skipped' in words || line.planContent === undefined || words.kind !== 'prompt') return words
  return { ...words, kind: 'plan' }
}

/** Reads the words of a content under the user's name; block by block, since each can be the program's. */
export function readWords(content: unknown, saidByHuman: boolean): UserWords {
  const found = readContent(content)
  const texts: string[] = []
  let kind: TurnKind = 'prompt'
  let skipped: SkipReason | null = null
  for (const written of found.texts) {
    const read = readText(written, saidByHuman)
    if ('skipped' in read) skipped = read.skipped === 'no_words' ? skipped : read.skipped
    else if (texts.push(read.text) === 1) kind = read.kind
  }
  if (texts.length === 0 && found.attachments.length === 0) return { skipped: skipped ?? whyNothing(found) }
  return { kind, text: texts.join('\n\n'), attachments: found.attachments, besideToolResult: found.hasToolResult }
}

function whyNothing(found: Content): SkipReason {
  return found.hasToolResult ? 'tool_result' : 'no_words'
}
