import { type Attachment, base64Bytes } from '../attachment.ts'
import { isObject, toObject, toText, type UnknownObject } from '../values.ts'

/** What a message consists of, apart from what tools were asked and answered. */
export interface Content {
  readonly texts: readonly string[]
  readonly attachments: readonly Attachment[]
  readonly hasToolResult: boolean
  readonly hasToolUse: boolean
  readonly hasThinking: boolean
}

/** The content of a line: `message.content`; hand-made and very old lines put it into `message` itself. */
export function contentOf(message: unknown): unknown {
  return isObject(message) ? message.content : message
}

/** Takes a content apart, a string as well as an array of blocks. Unknown blocks are left alone. */
export function readContent(content: unknown): Content {
  const found = {
    texts: [] as string[],
    attachments: [] as Attachment[],
    hasToolResult: false,
    hasToolUse: false,
    hasThinking: false,
  }
  if (typeof content === 'string') found.texts.push(content)
  if (!Array.isArray(content)) return found
  for (const block of content as readonly unknown[]) {
    if (typeof block === 'string') found.texts.push(block)
    if (!isObject(block)) continue
    if (block.type === 'tool_result') found.hasToolResult = true
    else if (block.type === 'tool_use') found.hasToolUse = true
    else if (block.type === 'thinking' || block.type === 'redacted_thinking') found.hasThinking = true
    else if (block.type === 'text' && typeof block.text === 'string') found.texts.push(block.text)
    else if (block.type === 'image' || block.type === 'document') found.attachments.push(describe(block.type, block))
  }
  return found
}

function describe(type: Attachment['type'], block: UnknownObject): Attachment {
  const source = toObject(block.source)
  const mediaType = toText(source.media_type)
  const url = toText(source.url)
  return {
    type,
    ...(mediaType === undefined ? {} : { media_type: mediaType }),
    ...(typeof source.data === 'string' ? { bytes: base64Bytes(source.data) } : {}),
    ...(url === undefined ? {} : { url }),
  }
}
