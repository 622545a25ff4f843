import { isAsciiIfText, isObject, toObject, type UnknownObject } from '../values.ts'
import { contentOf } from './content.ts'
import { BOOKKEEPING_TYPES } from './record-types.ts'

/** Blocks in which nobody says anything, whatever is in them. Unknown ones may be words in a later version. */
const SILENT_BLOCKS: ReadonlySet<unknown> = new Set(['tool_result', 'tool_use', 'thinking', 'redacted_thinking'])

/** Tells whether a line has no words for certain, by what is ASCII in any version: its type and that of its blocks. */
export function saysNothing(line: UnknownObject): boolean {
  switch (line.type) {
    case 'assistant':
      // The message's id is remembered.
      return isSilent(contentOf(line.message)) && isAsciiIfText(toObject(line.message).id)
    case 'user':
      return isSilent(contentOf(line.message))
    default:
      return BOOKKEEPING_TYPES.has(line.type)
  }
}

function isSilent(content: unknown): boolean {
  return Array.isArray(content) && content.every((block) => isObject(block) && SILENT_BLOCKS.has(block.type))
}
