import { useSignal } from '@preact/signals'
import { useState } from 'preact/hooks'
import type { ApiEvent } from '../api/answers.ts'
import { getJson } from '../api/get-json.ts'
import { textOf } from '../api/text-of.ts'
import { formatCount } from '../format/format-bytes.ts'
import { formatMoment, formatTime } from '../format/format-time.ts'
import { Reading } from '../stores/reading.ts'
import { Markdown } from './markdown.tsx'

/** Of a turn that was cut this much is shown at first. */
const BEGINNING = 4_000
/** Commands are what was typed, not prose. */
const VERBATIM = new Set(['slash_command', 'bash_input'])

export interface TurnProps {
  readonly turn: ApiEvent
  readonly now: number
  /** It is the one that somebody asked for. */
  readonly isChosen: boolean
}

/** One turn of a conversation, whatever it holds, as text. */
export function Turn({ turn, now, isChosen }: TurnProps) {
  const actor = textOf(turn, 'actor') ?? ''
  const kind = textOf(turn, 'kind')
  const isSidechain = turn.payload.is_sidechain === true
  return (
    <article
      class={`turn ${actor === 'user' ? 'user' : 'agent'} ${isSidechain ? 'sidechain' : ''} ${isChosen ? 'chosen' : ''}`}
      aria-current={isChosen ? 'true' : undefined}
      data-id={turn.id}
    >
      <header>
        <strong>{actor === 'user' ? 'User' : isSidechain ? 'Subagent' : 'Agent'}</strong>
        {kind !== null && kind !== 'prompt' && kind !== 'reply' && <span>{kind.replaceAll('_', ' ')}</span>}
        <span class="model">{textOf(turn, 'model')}</span>
        <time dateTime={turn.timestamp} title={formatMoment(turn.timestamp)}>
          {formatTime(turn.timestamp, now)}
        </time>
      </header>
      <TurnText turn={turn} isVerbatim={kind !== null && VERBATIM.has(kind)} />
      <Attachments turn={turn} />
    </article>
  )
}

interface TurnTextProps {
  readonly turn: ApiEvent
  readonly isVerbatim: boolean
}

function TurnText({ turn, isVerbatim }: TurnTextProps) {
  const whole = useSignal<string | null>(null)
  const [reading] = useState(() => new Reading())
  const { text_length: length } = turn
  const text = textOf(turn, 'text') ?? ''
  if (typeof length !== 'number') return isVerbatim ? <p class="raw">{text}</p> : <Markdown text={text} />
  if (whole.value !== null) return <p class="raw">{whole.value}</p>
  const readWhole = (): Promise<void> =>
    reading.run(async () => {
      whole.value = textOf(await getJson<ApiEvent>(`/api/events/${turn.id}`), 'text')
    })
  return (
    <>
      <p class="raw">{text.slice(0, BEGINNING)}…</p>
      <button type="button" disabled={reading.isLoading.value} onClick={() => void readWhole()}>
        Show all of it ({formatCount(length)} characters)
      </button>
      {reading.problem.value !== null && <p role="alert">{reading.problem.value}</p>}
    </>
  )
}

function Attachments({ turn }: { readonly turn: ApiEvent }) {
  const { attachments } = turn.payload
  if (!Array.isArray(attachments) || attachments.length === 0) return null
  return <p class="note">{attachments.length === 1 ? '1 attachment' : `${attachments.length} attachments`}</p>
}
