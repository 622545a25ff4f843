import type { ApiEvent } from '../api/answers.ts'
import { textOf } from '../api/text-of.ts'
import { formatPreview } from '../format/format-preview.ts'

/** What the feed shows of a turn. It keeps no more of it, so that thousands of long ones cost little. */
export interface FeedItem {
  readonly id: string
  readonly cursor: string
  readonly session: string
  readonly timestamp: string
  readonly recordedAt: string
  readonly actor: string
  readonly agent: string | null
  readonly kind: string | null
  readonly model: string | null
  readonly project: string | null
  readonly isSidechain: boolean
  readonly preview: string
}

/** Characters of a turn. */
export const PREVIEW = 300

export function toFeedItem(event: ApiEvent): FeedItem {
  return {
    id: event.id,
    cursor: event.cursor,
    session: event.session_uuid ?? '',
    timestamp: event.timestamp,
    recordedAt: event.recorded_at,
    actor: textOf(event, 'actor') ?? '',
    agent: textOf(event, 'agent'),
    kind: textOf(event, 'kind'),
    model: textOf(event, 'model'),
    project: textOf(event, 'project_path'),
    isSidechain: event.payload.is_sidechain === true,
    preview: formatPreview((textOf(event, 'text') ?? '').slice(0, PREVIEW)),
  }
}
