import { useSignalEffect } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { Session } from '../api/answers.ts'
import { formatAgent } from '../format/format-agent.ts'
import { formatCount } from '../format/format-bytes.ts'
import { formatProject } from '../format/format-project.ts'
import { formatMoment } from '../format/format-time.ts'
import { Problem } from '../parts/problem.tsx'
import { type Anchor, findAnchor, restore } from '../parts/scroll-anchor.ts'
import { Turn } from '../parts/turn.tsx'
import { useKeys } from '../parts/use-keys.ts'
import type { ConversationStore } from '../stores/conversation-store.ts'
import type { PageStore } from '../stores/page-store.ts'

export function ConversationScreen({ page }: { readonly page: PageStore }) {
  const conversation = page.conversation.value
  if (conversation === null) return null
  // The list is read again whenever something happens in a session.
  const session = page.sessions.find(conversation.uuid) ?? conversation.session.value
  return <Conversation conversation={conversation} session={session} now={page.now.value} key={conversation.uuid} />
}

interface ConversationProps {
  readonly conversation: ConversationStore
  readonly session: Session | null
  readonly now: number
}

/** This near to an end, in CSS pixels, what lies beyond is read. */
const NEAR = 1_200

function Conversation({ conversation, session, now }: ConversationProps) {
  const { turns, earlier, later, isLoading, problem, chosen } = conversation
  const element = useRef<HTMLDivElement>(null)
  const anchor = useRef<Anchor | null>(null)

  const look = (): void => {
    const list = element.current
    if (list === null || isLoading.value) return
    const below = list.scrollHeight - list.scrollTop - list.clientHeight
    conversation.isAtEnd = later.value === null && below < 40
    anchor.current = findAnchor(list)
    if (list.scrollTop < NEAR && !conversation.isAtEnd) void conversation.loadEarlier()
    else if (below < NEAR) void conversation.loadLater()
  }
  // What is looked at stays in place when turns come in above, or fall out; at the end, new ones come into sight.
  useLayoutEffect(() => {
    const list = element.current
    if (list === null) return
    if (conversation.isAtEnd) list.scrollTop = list.scrollHeight
    else if (anchor.current !== null) restore(list, anchor.current)
    else list.querySelector('.chosen')?.scrollIntoView({ block: 'center' })
    anchor.current = findAnchor(list)
  }, [turns.value])
  useEffect(() => element.current?.focus(), [])
  useSignalEffect(() => {
    if (chosen.value !== null) anchor.current = null
  })

  const goTo = async (end: 'start' | 'end'): Promise<void> => {
    await conversation.open(end)
    anchor.current = null
    element.current?.scrollTo(0, end === 'start' ? 0 : element.current.scrollHeight)
  }
  useKeys({
    Home: () => void goTo('start'),
    End: () => void goTo('end'),
    j: () => element.current?.scrollBy(0, 80),
    k: () => element.current?.scrollBy(0, -80),
  })
  return (
    <>
      <Facts session={session} onGo={(end) => void goTo(end)} />
      <Problem text={problem.value} onRetry={() => void goTo('end')} />
      <div
        class="conversation"
        ref={element}
        tabIndex={0}
        role="feed"
        aria-busy={isLoading.value}
        aria-label="Turns"
        onScroll={look}
      >
        {earlier.value !== null && (
          <button type="button" class="more" onClick={() => void conversation.loadEarlier()}>
            Earlier turns
          </button>
        )}
        {turns.value.map((turn) => (
          <Turn turn={turn} now={now} isChosen={turn.id === chosen.value} key={turn.id} />
        ))}
        {later.value !== null && (
          <button type="button" class="more" onClick={() => void conversation.loadLater()}>
            Later turns
          </button>
        )}
      </div>
    </>
  )
}

interface FactsProps {
  readonly session: Session | null
  readonly onGo: (end: 'start' | 'end') => void
}

function Facts({ session, onGo }: FactsProps) {
  const facts = [
    session?.git_branch,
    formatAgent(session?.agent ?? null),
    session?.agent_version,
    session?.first_turn_at && `since ${formatMoment(session.first_turn_at)}`,
    session && `${formatCount(session.turn_count)} turns`,
    session?.ended && `ended: ${session.ended.reason}`,
  ]
  return (
    <div class="tools facts">
      <div>
        <h2>{formatProject(session?.project_path ?? null)}</h2>
        <p class="note">{facts.filter(Boolean).join(' · ')}</p>
        <p class="note path">{session?.project_path}</p>
      </div>
      <button type="button" aria-keyshortcuts="Home" onClick={() => onGo('start')}>
        First
      </button>
      <button type="button" aria-keyshortcuts="End" onClick={() => onGo('end')}>
        Latest
      </button>
    </div>
  )
}
