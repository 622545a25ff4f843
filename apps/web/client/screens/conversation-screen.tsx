import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { formatAgent } from '../format/format-agent.ts'
import { formatCount } from '../format/format-bytes.ts'
import { formatProject } from '../format/format-project.ts'
import { formatMoment } from '../format/format-time.ts'
import { Problem } from '../parts/problem.tsx'
import { Turn } from '../parts/turn.tsx'
import { useKeys } from '../parts/use-keys.ts'
import type { ConversationStore } from '../stores/conversation-store.ts'
import type { PageStore } from '../stores/page-store.ts'

export function ConversationScreen({ page }: { readonly page: PageStore }) {
  const conversation = page.conversation.value
  if (conversation === null) return null
  return <Conversation conversation={conversation} now={page.now.value} key={conversation.uuid} />
}

/** This near to an end, in CSS pixels, what lies beyond is read. */
const NEAR = 1_200

function Conversation({ conversation, now }: { readonly conversation: ConversationStore; readonly now: number }) {
  const { turns, earlier, later, isLoading, problem } = conversation
  const element = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const shown = useRef<{ readonly first: string | undefined; readonly height: number }>({ first: undefined, height: 0 })

  const look = (): void => {
    const list = element.current
    if (list === null || isLoading.value) return
    const below = list.scrollHeight - list.scrollTop - list.clientHeight
    isAtEnd.current = later.value === null && below < 40
    if (list.scrollTop < NEAR && !isAtEnd.current) void conversation.loadEarlier()
    if (below < NEAR) void conversation.loadLater()
  }
  // What is looked at stays in place when turns come in above; at the end, new ones come into sight.
  useLayoutEffect(() => {
    const list = element.current
    if (list === null) return
    const first = turns.value[0]?.id
    const { first: before, height } = shown.current
    const isEarlier = before !== undefined && first !== before && turns.value.some(({ id }) => id === before)
    if (isEarlier) list.scrollTop += list.scrollHeight - height
    else if (isAtEnd.current) list.scrollTop = list.scrollHeight
    shown.current = { first, height: list.scrollHeight }
  }, [turns.value])
  useEffect(() => element.current?.focus(), [])

  const goTo = async (end: 'start' | 'end'): Promise<void> => {
    await conversation.open(end)
    isAtEnd.current = end === 'end'
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
      <Facts conversation={conversation} onGo={(end) => void goTo(end)} />
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
          <Turn turn={turn} now={now} key={turn.id} />
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
  readonly conversation: ConversationStore
  readonly onGo: (end: 'start' | 'end') => void
}

function Facts({ conversation, onGo }: FactsProps) {
  const session = conversation.session.value
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
