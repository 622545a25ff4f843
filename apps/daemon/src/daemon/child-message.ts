/**
 * What the daemon tells the watcher: where the embedded database is. Told rather than set in its environment, since it
 * is started before that is known.
 */
export interface ChildMessage {
  readonly type: 'database'
  readonly url: string
}

export function isChildMessage(data: unknown): data is ChildMessage {
  const message = data as Partial<ChildMessage> | null
  return typeof message === 'object' && message?.type === 'database' && typeof message.url === 'string'
}
