import type { ChildMessage, SupervisorMessage } from './channel-messages.ts'

/** The part of a process, or of a child process, that messages are sent through. */
export interface Channel {
  readonly connected: boolean
  send?(message: object, callback: (error: Error | null) => void): boolean
}

/** Messages that may wait in a channel whose other end does not read; Node itself would queue without bound. */
const MAX_WAITING = 64
const waiting = new WeakMap<Channel, number>()

/**
 * Sends over an IPC channel without ever throwing or raising an event. False when the channel is closed, breaks, or
 * has too much waiting in it. True once the message was written, which is not yet received.
 */
export function sendMessage(channel: Channel, message: ChildMessage | SupervisorMessage): Promise<boolean> {
  const send = channel.send?.bind(channel)
  const queued = waiting.get(channel) ?? 0
  if (!channel.connected || send === undefined || queued >= MAX_WAITING) return Promise.resolve(false)
  waiting.set(channel, queued + 1)
  return new Promise((resolve) => {
    const settle = (error: unknown): void => {
      waiting.set(channel, (waiting.get(channel) ?? 1) - 1)
      resolve(!error)
    }
    try {
      send(message, settle)
    } catch (error) {
      settle(error)
    }
  })
}
