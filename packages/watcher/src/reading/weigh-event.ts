import type { EventInput } from '@turnlog/schema'

/** What an event takes beside its texts. */
const EVENT_WEIGHT = 500
const ITEM_WEIGHT = 50

/**
 * About how many bytes an event will take once it is written as JSON. It can be far more than the bytes that it was read
 * from: each turn repeats what earlier lines said, such as the working directory.
 */
export function weighEvent({ payload }: EventInput): number {
  let weight = EVENT_WEIGHT
  for (const value of Object.values(payload)) {
    if (typeof value === 'string') weight += value.length
    else if (Array.isArray(value)) for (const item of value) weight += ITEM_WEIGHT + weighItem(item)
  }
  return weight
}

function weighItem(item: unknown): number {
  if (typeof item !== 'object' || item === null) return 0
  let weight = 0
  for (const value of Object.values(item)) if (typeof value === 'string') weight += value.length
  return weight
}
