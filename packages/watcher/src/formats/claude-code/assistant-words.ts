import type { Attachment } from '../attachment.ts'
import type { SkipReason } from '../transcript-format.ts'
import { isBlank, toObject, type UnknownObject } from '../values.ts'
import { type Content, contentOf, readContent } from './content.ts'

/** What the agent said in a line, or why the line says nothing. */
export type AssistantWords =
  | { readonly text: string; readonly attachments: readonly Attachment[] }
  | { readonly skipped: SkipReason }

/**
 * Reads the words of an `assistant` line. A message is written as several lines, a block each; every line with words
 * is a turn of its own, and `message_id` holds them together.
 */
export function readAssistantLine(line: UnknownObject): AssistantWords {
  if (line.isMeta === true) return { skipped: 'meta' }
  // "No response requested.", API errors, limits: the program's words under the agent's name.
  if (toObject(line.message).model === '<synthetic>' || line.isApiErrorMessage === true) return { skipped: 'synthetic' }
  const found = readContent(contentOf(line.message))
  const texts = found.texts.filter((text) => !isBlank(text))
  if (texts.length === 0) return { skipped: whyNothing(found) }
  return { text: texts.join('\n\n'), attachments: found.attachments }
}

function whyNothing(found: Content): SkipReason {
  if (found.hasToolUse) return 'tool_use'
  return found.hasThinking ? 'thinking' : 'no_words'
}
