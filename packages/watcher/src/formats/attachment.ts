/** What is kept of something that was attached to a turn: that it was there, never its bytes. */
export interface Attachment {
  readonly type: 'image' | 'document'
  readonly media_type?: string
  /** Size of the decoded content in bytes, where the transcript holds it. */
  readonly bytes?: number
  /** Where the content lies, if the transcript only says that. */
  readonly url?: string
}

/** How many bytes a base64 text stands for. */
export function base64Bytes(data: string): number {
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0
  return Math.max(0, Math.floor((data.length * 3) / 4) - padding)
}

/** Describes an image that is given by its URL; of a `data:` URL only type and size are kept. */
export function describeImageUrl(url: string): Attachment {
  if (!url.startsWith('data:')) return { type: 'image', url }
  const comma = url.indexOf(',')
  const mediaType = /^[^;,]{0,100}/.exec(url.slice('data:'.length, 'data:'.length + 101))?.[0] ?? ''
  return { type: 'image', media_type: mediaType, bytes: base64Bytes(url.slice(comma + 1)) }
}
