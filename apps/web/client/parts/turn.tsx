import { useState } from 'preact/hooks'
import type { ApiEvent } from '../api/answers.ts'
import { textOf } from '../api/text-of.ts'
import { formatBytes } from '../format/format-bytes.ts'
import { formatMoment, formatTime } from '../format/format-time.ts'
import { Markdown } from './markdown.tsx'

/** Characters up to which a turn is shown at once. */
const SHORT = 20_000
/** Of a longer one this much is shown at first. */
const BEGINNING = 4_000
/** Commands are what was typed, not prose. */
const VERBATIM = new Set(['slash_command', 'bash_input'])

/** One turn of a conversation, whatever it holds, as text. */
export function Turn({ turn, now }: { readonly turn: ApiEvent; readonly now: number }) {
  const actor = textOf(turn, 'actor') ?? ''
  const kind = textOf(turn, 'kind')
  const isSidechain = turn.payload.is_sidechain === true
  return (
    <article class={`turn ${actor === 'user' ? 'user' : 'agent'} ${isSidechain ? 'sidechain' : ''}`} data-id={turn.id}>
      <header>
        <strong>{actor === 'user' ? 'User' : isSidechain ? 'Subagent' : 'Agent'}</strong>
        {kind !== null && kind !== 'prompt' && kind !== 'reply' && <span>{kind.replaceAll('_', ' ')}</span>}
        <span class="model">{textOf(turn, 'model')}</span>
        <time dateTime={turn.timestamp} title={formatMoment(turn.timestamp)}>
          {formatTime(turn.timestamp, now)}
        </time>
      </header>
      <TurnText text={textOf(turn, 'text') ?? ''} isVerbatim={kind !== null && VERBATIM.has(kind)} />
      <Attachments turn={turn} />
    </article>
  )
}

function TurnText({ text, isVerbatim }: { readonly text: string; readonly isVerbatim: boolean }) {
  const [isWhole, setWhole] = useState(false)
  if (text.length <= SHORT && !isVerbatim) return <Markdown text={text} />
  if (text.length <= SHORT || isWhole) return <p class="raw">{text}</p>
  return (
    <>
      <p class="raw">{text.slice(0, BEGINNING)}…</p>
      <button type="button" onClick={() => setWhole(true)}>
        Show all of it ({formatBytes(text.length)})
      </button>
    </>
  )
}

function Attachments({ turn }: { readonly turn: ApiEvent }) {
  const { attachments } = turn.payload
  if (!Array.isArray(attachments) || attachments.length === 0) return null
  return <p class="note">{attachments.length === 1 ? '1 attachment' : `${attachments.length} attachments`}</p>
}
