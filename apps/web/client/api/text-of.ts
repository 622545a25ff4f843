import type { ApiEvent } from './answers.ts'

/** A value of an event's payload, if it is text. */
export function textOf({ payload }: Pick<ApiEvent, 'payload'>, key: string): string | null {
  const value = payload[key]
  return typeof value === 'string' && value !== '' ? value : null
}
