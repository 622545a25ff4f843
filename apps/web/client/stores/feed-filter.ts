import type { Actor, Agent } from '@turnlog/schema'
import type { ApiEvent } from '../api/answers.ts'
import { textOf } from '../api/text-of.ts'

/** What somebody wants to see of the feed; the server chooses from the past in the same way. */
export interface FeedFilter {
  readonly agent?: Agent
  readonly actor?: Actor
  /** Words, or "phrases", all of which a turn has to hold. */
  readonly words?: string
}

export function toQuery({ agent, actor, words }: FeedFilter): { readonly [name: string]: string | undefined } {
  return { agent, actor, q: words?.trim() }
}

export function matchesFeed(event: ApiEvent, { agent, actor, words = '' }: FeedFilter): boolean {
  if (agent !== undefined && event.payload.agent !== agent) return false
  if (actor !== undefined && event.payload.actor !== actor) return false
  const wanted = [...words.toLowerCase().matchAll(/"([^"]+)"|(\S+)/g)]
  if (wanted.length === 0) return true
  const text = (textOf(event, 'text') ?? '').toLowerCase()
  return wanted.every(([, phrase, word]) => text.includes(phrase ?? word ?? ''))
}
