import type { ApiEvent } from '../api/answers.ts'
import { textOf } from '../api/text-of.ts'

/** Characters of a turn that a conversation keeps; the server cuts at the same place, and has the whole. */
export const CUT = 20_000

/** A turn as the server would list it: a long one without its end, and how long it is. */
export function cutTurn(turn: ApiEvent): ApiEvent {
  const text = textOf(turn, 'text') ?? ''
  if (text.length <= CUT) return turn
  return { ...turn, payload: { ...turn.payload, text: text.slice(0, CUT) }, text_length: text.length }
}
