import { styleText } from 'node:util'
import type { StoredEvent } from '@turnlog/database'
import { cutToWidth, measureWidth } from '../terminal/cut-to-width.ts'
import { toPrintable, toPrintableLine } from '../terminal/to-printable.ts'

export interface EventFormat {
  readonly colour: boolean
  /** Columns of the terminal; null where nothing has to be cut. */
  readonly columns: number | null
  /** Now, to leave out the date of what is of today: milliseconds since the epoch. */
  readonly now: number
}

/** How many lines of a text are shown. */
const LINES = 3
const AGENT_WIDTH = 6
const PROJECT_WIDTH = 14
const ACTOR_WIDTH = 8
/** Fewer columns than this for the text would show nothing. */
const LEAST_TEXT = 20

type Style = Parameters<typeof styleText>[0]

const ACTOR_STYLES: Readonly<Record<string, Style>> = { user: 'cyan', agent: 'green' }
const AGENT_NAMES: Readonly<Record<string, string>> = { claude_code: 'claude', codex: 'codex' }

/** One event for people: when, which agent, which project, who, and the first lines of what was said. */
export function formatEvent(event: StoredEvent, format: EventFormat): string {
  const { payload } = event
  const paint = (style: Style, text: string) =>
    format.colour ? styleText(style, text, { validateStream: false }) : text
  const time = formatTime(Date.parse(event.timestamp), format.now)
  const agent = pad(AGENT_NAMES[String(payload.agent)] ?? toPrintableLine(String(payload.agent ?? '')), AGENT_WIDTH)
  const project = pad(nameProject(payload.project_path), PROJECT_WIDTH)
  const actor = pad(describeActor(event), ACTOR_WIDTH)
  const style = ACTOR_STYLES[String(payload.actor)] ?? 'dim'
  const head = [paint('dim', time), agent, paint('bold', project), paint(style, actor)].join('  ')
  const indent = [time.length, AGENT_WIDTH, PROJECT_WIDTH, ACTOR_WIDTH].reduce((sum, width) => sum + width + 2, 0)
  const room = format.columns === null ? Number.POSITIVE_INFINITY : Math.max(LEAST_TEXT, format.columns - indent)
  const [first = '', ...others] = firstLines(describeText(event)).map((line) => cutToWidth(line, room))
  return [`${head}  ${first}`, ...others.map((line) => `${' '.repeat(indent)}${line}`)].join('\n')
}

function describeActor({ event_type, payload }: StoredEvent): string {
  if (event_type !== 'turn_detected') return ''
  if (payload.is_sidechain === true) return 'subagent'
  return payload.actor === 'user' ? 'you' : toPrintableLine(String(payload.actor)).slice(0, ACTOR_WIDTH)
}

function describeText({ event_type, session_uuid, payload }: StoredEvent): string {
  const session = toPrintableLine(session_uuid ?? '')
  switch (event_type) {
    case 'turn_detected':
      return String(payload.text)
    case 'session_registered':
      return `session ${session} began`
    case 'session_ended':
      return `session ${session} ended (${toPrintableLine(String(payload.reason))})`
    default:
      return `${event_type} ${JSON.stringify(payload)}`
  }
}

/** The first lines that hold anything; where there are more, the last of them ends in `…`. */
function firstLines(text: string): readonly string[] {
  const lines = toPrintable(text)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
  const shown = lines.slice(0, LINES)
  return lines.length > LINES ? [...shown.slice(0, -1), `${shown.at(-1)} …`] : shown
}

/** The last part of its path. */
function nameProject(path: unknown): string {
  return typeof path === 'string' ? (toPrintableLine(path).split('/').findLast(Boolean) ?? '/') : ''
}

function pad(text: string, columns: number): string {
  const cut = cutToWidth(text, columns)
  return cut + ' '.repeat(Math.max(0, columns - measureWidth(cut)))
}

/** `14:02:11`, or with the day for one that is not today: `05-01 14:02`. */
function formatTime(time: number, now: number): string {
  const date = new Date(time)
  const two = (value: number) => String(value).padStart(2, '0')
  const minute = `${two(date.getHours())}:${two(date.getMinutes())}`
  if (date.toDateString() === new Date(now).toDateString()) return `${minute}:${two(date.getSeconds())}`
  return `${two(date.getMonth() + 1)}-${two(date.getDate())} ${minute}`
}
