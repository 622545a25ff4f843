import { formatDuration } from '../format/format-age.ts'
import { formatBytes } from '../format/format-bytes.ts'
import type { ImportProgress } from '../stores/import-watch.ts'

/** Says how far the reading of history is; nothing when there is none to read. */
export function ImportBar({ importing }: { readonly importing: ImportProgress | null }) {
  if (importing === null) return null
  const { bytesLeft, bytesPerSecond, secondsLeft, done } = importing
  const rate = bytesPerSecond === null ? '' : `, ${formatBytes(bytesPerSecond)}/s`
  const left = secondsLeft === null ? '' : `, about ${formatDuration(secondsLeft * 1000)} left`
  return (
    <div class="import">
      <progress aria-label="Reading of history" max={1} value={done} />
      <span>
        Reading history, newest first: {formatBytes(bytesLeft)} to go{rate}
        {left}
      </span>
    </div>
  )
}
