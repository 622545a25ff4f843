import type { Attachment } from '../attachment.ts'
import { describeImageUrl } from '../attachment.ts'
import { isBlank, isObject, toText, type UnknownObject } from '../values.ts'

/** What a record says, before it is known whether it counts. */
export interface Words {
  readonly text: string
  readonly attachments: readonly Attachment[]
}

const TEXT_BLOCKS = new Set<unknown>(['input_text', 'output_text', 'text', 'Text'])

/** The words of a `user_message` or `agent_message` event. */
export function readMessageEvent(payload: UnknownObject): Words {
  const attachments = [...describeAll(payload.images), ...describeAll(payload.local_images)]
  return { text: typeof payload.message === 'string' ? payload.message : '', attachments }
}

/** The words of a content, a string as well as an array of blocks. Reasoning and unknown blocks are left alone. */
export function readContent(content: unknown): Words {
  if (typeof content === 'string') return { text: content, attachments: [] }
  const texts: string[] = []
  const attachments: Attachment[] = []
  for (const block of Array.isArray(content) ? (content as readonly unknown[]) : []) {
    if (!isObject(block)) continue
    if (TEXT_BLOCKS.has(block.type) && typeof block.text === 'string') texts.push(block.text)
    else if (block.type === 'input_image') attachments.push(...describeAll([block.image_url]))
  }
  // An image in a prompt stands between two blocks that only mark its place.
  const words = texts.filter((text) => !isBlank(text) && !(attachments.length > 0 && isImageMark(text)))
  return { text: words.join('\n\n'), attachments }
}

function isImageMark(text: string): boolean {
  return text === '</image>' || (text.startsWith('<image') && text.indexOf('>') === text.length - 1)
}

function describeAll(images: unknown): readonly Attachment[] {
  if (!Array.isArray(images)) return []
  return (images as readonly unknown[]).map((image) => {
    const url = toText(image)
    return url === undefined ? { type: 'image' } : describeImageUrl(url)
  })
}
