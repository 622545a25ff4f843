/**
 * What the daemon tells its children: where the embedded database is. Told rather than set in their environment, since
 * they are started before it is known.
 */
export interface ChildMessage {
  readonly type: 'database'
  readonly url: string
}

export function isChildMessage(data: unknown): data is ChildMessage {
  const message = data as Partial<ChildMessage> | null
  return typeof message === 'object' && message?.type === 'database' && typeof message.url === 'string'
}
