import type { Actor, Agent } from '@turnlog/schema'
import { useRef } from 'preact/hooks'
import { formatDuration } from '../format/format-age.ts'
import { AGENT_NAMES, formatAgent } from '../format/format-agent.ts'
import { formatCount } from '../format/format-bytes.ts'
import { formatProject } from '../format/format-project.ts'
import { formatMoment, formatTime } from '../format/format-time.ts'
import { Problem } from '../parts/problem.tsx'
import { useKeys } from '../parts/use-keys.ts'
import { VirtualList } from '../parts/virtual-list.tsx'
import type { FeedItem } from '../stores/feed-item.ts'
import type { FeedStore } from '../stores/feed-store.ts'
import type { PageStore } from '../stores/page-store.ts'
import { toSessionLink } from '../stores/route.ts'

export function FeedScreen({ page }: { readonly page: PageStore }) {
  const { feed } = page
  const now = page.now.value
  return (
    <>
      <h2 class="hidden">Turns</h2>
      <Tools feed={feed} />
      <Problem text={feed.problem.value} onRetry={() => void feed.load()} />
      <VirtualList
        label="Turns, newest first"
        items={feed.items.value}
        toKey={(item) => item.id}
        toLink={(item) => toSessionLink(item.session, item.id)}
        toRow={(item) => <Row item={item} now={now} />}
        onEnd={() => void feed.loadOlder()}
        onTop={(isTop) => {
          feed.isScrolled = !isTop
        }}
        end={toEnd(feed)}
      />
    </>
  )
}

function toEnd({ isLoading, isComplete, items }: FeedStore): string {
  if (isLoading.value) return 'Looking further back…'
  if (items.value.length === 0) return isComplete.value ? 'No turn fits.' : ''
  return isComplete.value ? 'That is the beginning of the log.' : ''
}

const TYPING_MS = 250

function Tools({ feed }: { readonly feed: FeedStore }) {
  const search = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useKeys({
    '/': (event) => {
      event.preventDefault()
      search.current?.focus()
    },
    p: () => feed.togglePause(),
  })
  const { filter, isPaused, held } = feed
  const onWords = (words: string): void => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => feed.choose({ ...filter.value, words }), TYPING_MS)
  }
  return (
    <search class="tools">
      <input
        ref={search}
        type="search"
        aria-label="Search the text of all turns"
        aria-keyshortcuts="/"
        placeholder="Search all turns  /"
        value={filter.value.words ?? ''}
        maxLength={500}
        onInput={({ currentTarget }) => onWords(currentTarget.value)}
        onKeyDown={({ key, currentTarget }) => key === 'Escape' && currentTarget.blur()}
      />
      <select
        aria-label="Agent"
        value={filter.value.agent ?? ''}
        onChange={({ currentTarget }) =>
          feed.choose(withChoice(filter.value, 'agent', currentTarget.value as Agent | ''))
        }
      >
        <option value="">All agents</option>
        {Object.entries(AGENT_NAMES).map(([agent, name]) => (
          <option value={agent} key={agent}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label="Who spoke"
        value={filter.value.actor ?? ''}
        onChange={({ currentTarget }) =>
          feed.choose(withChoice(filter.value, 'actor', currentTarget.value as Actor | ''))
        }
      >
        <option value="">Users and agents</option>
        <option value="user">Users</option>
        <option value="agent">Agents</option>
      </select>
      <button type="button" aria-pressed={isPaused.value} aria-keyshortcuts="p" onClick={() => feed.togglePause()}>
        {isPaused.value ? `Go on (${formatCount(held.value.length)} new)` : 'Pause'}
      </button>
    </search>
  )
}

/** Without the key when nothing was chosen. */
function withChoice<Filter extends object>(filter: Filter, key: keyof Filter, value: string): Filter {
  const { [key]: _, ...rest } = filter
  return (value === '' ? rest : { ...rest, [key]: value }) as Filter
}

/** Recorded later than this after it was said: it was read from history. */
const HISTORY_MS = 10 * 60_000

function Row({ item, now }: { readonly item: FeedItem; readonly now: number }) {
  const latency = Date.parse(item.recordedAt) - Date.parse(item.timestamp)
  const who = item.actor === 'user' ? 'User' : item.isSidechain ? 'Subagent' : 'Agent'
  return (
    <>
      <span class="line">
        <time class="clock" dateTime={item.timestamp} title={formatMoment(item.timestamp)}>
          {formatTime(item.timestamp, now)}
        </time>
        <strong class="project" title={item.project ?? undefined}>
          {formatProject(item.project)}
        </strong>
        <span class="agent">{formatAgent(item.agent)}</span>
        <span class="model">{item.model}</span>
        <span class="age">{latency > HISTORY_MS ? 'from history' : formatDuration(Math.max(0, latency))}</span>
      </span>
      <span class="line text">
        <span class="actor">{who}</span>
        <span class="preview">{item.preview}</span>
      </span>
    </>
  )
}
