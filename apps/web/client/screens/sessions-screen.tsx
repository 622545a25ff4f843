import { useEffect } from 'preact/hooks'
import type { Session } from '../api/answers.ts'
import { formatAge } from '../format/format-age.ts'
import { formatAgent } from '../format/format-agent.ts'
import { formatCount } from '../format/format-bytes.ts'
import { formatPreview } from '../format/format-preview.ts'
import { formatProject } from '../format/format-project.ts'
import { formatMoment } from '../format/format-time.ts'
import { Problem } from '../parts/problem.tsx'
import { VirtualList } from '../parts/virtual-list.tsx'
import { type Attention, byAttention } from '../stores/decide-attention.ts'
import type { PageStore } from '../stores/page-store.ts'
import { toSessionLink } from '../stores/route.ts'

const WORDS: Readonly<Record<Attention, string>> = {
  waiting: 'Your turn',
  silent: 'Silent',
  working: 'Working',
  ended: 'Ended',
}

export function SessionsScreen({ page }: { readonly page: PageStore }) {
  const { sessions, isLoading, isComplete, problem } = page.sessions
  const now = page.now.value
  const items = byAttention(sessions.value, now)
  return (
    <>
      <h2 class="hidden">Sessions</h2>
      <Summary sessions={items} />
      <Problem text={problem.value} onRetry={() => void page.sessions.load()} />
      <VirtualList
        label="Sessions, those that need a look first"
        items={items}
        toKey={(session) => session.session_uuid}
        toLink={(session) => toSessionLink(session.session_uuid)}
        toRow={(session) => <Row session={session} now={now} />}
        onEnd={() => void page.sessions.loadMore()}
        end={toEnd(isLoading.value, isComplete.value, sessions.value.length)}
      />
    </>
  )
}

const COUNTED = { waiting: 'for you', silent: 'silent', working: 'at work' } as const

/** What there is to do, in one line. */
function Summary({ sessions }: { readonly sessions: readonly { readonly attention: Attention }[] }) {
  const counts = Object.entries(COUNTED).map(
    ([attention, word]) => [word, sessions.filter((session) => session.attention === attention).length] as const,
  )
  const [[, waiting]] = counts as [readonly [string, number]]
  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) turnlog` : 'turnlog'
  }, [waiting])
  if (sessions.length === 0) return null
  return (
    <p class="summary">
      {counts.map(([word, count]) => (
        <span key={word} class={count === 0 ? 'note' : ''}>
          <strong>{formatCount(count)}</strong> {word}
        </span>
      ))}
    </p>
  )
}

function toEnd(isLoading: boolean, isComplete: boolean, count: number): string {
  if (isLoading) return 'Loading…'
  if (count === 0) return 'No session was recorded yet. Start an agent, and it shows up here.'
  return isComplete ? `${formatCount(count)} ${count === 1 ? 'session' : 'sessions'}` : ''
}

function Row({
  session,
  now,
}: {
  readonly session: Session & { readonly attention: Attention }
  readonly now: number
}) {
  const { attention, last_turn, project_path, git_branch, agent, last_activity_at, turn_count } = session
  return (
    <>
      <span class="line">
        <span class={`state ${attention}`}>{WORDS[attention]}</span>
        <strong class="project" title={project_path ?? undefined}>
          {formatProject(project_path)}
        </strong>
        <span class="branch">{git_branch}</span>
        <span class="agent">{formatAgent(agent)}</span>
        <span class="number">
          {formatCount(turn_count)} {turn_count === 1 ? 'turn' : 'turns'}
        </span>
        <time class="age" dateTime={last_activity_at} title={formatMoment(last_activity_at)}>
          {formatAge(last_activity_at, now)}
        </time>
      </span>
      <span class="line text">
        {last_turn !== null && <span class="actor">{last_turn.actor === 'user' ? 'User' : 'Agent'}</span>}
        <span class="preview">{formatPreview(last_turn?.text ?? '') || 'Nothing was said yet.'}</span>
      </span>
    </>
  )
}
