import { useEffect } from 'preact/hooks'
import type { HealthDocument } from '../api/answers.ts'
import { formatAge, formatDuration } from '../format/format-age.ts'
import { formatAgent } from '../format/format-agent.ts'
import { formatBytes, formatCount } from '../format/format-bytes.ts'
import { Chart } from '../parts/chart.tsx'
import { countTurns, type Minute, toUsualLatency } from '../stores/fill-minutes.ts'
import type { PageStore } from '../stores/page-store.ts'

export function HealthScreen({ page }: { readonly page: PageStore }) {
  useEffect(() => page.statistics.watch(), [])
  const health = page.health.health.value
  return (
    <div class="health" tabIndex={0}>
      <h2 class="hidden">Health</h2>
      {health === null ? <p class="note">Asking…</p> : <Panel health={health} now={page.now.value} />}
      <Charts minutes={page.statistics.minutes.value} />
    </div>
  )
}

const WORDS = { ok: 'All is well', degraded: 'Something is wrong', down: 'Nothing is recorded' } as const

function Panel({ health, now }: { readonly health: HealthDocument; readonly now: number }) {
  return (
    <section aria-label="State">
      <p class={`verdict ${health.status}`}>{WORDS[health.status]}</p>
      {health.reasons.length > 0 && (
        <ul class="reasons">
          {health.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <div class="facts-grid">
        {toGroups(health, now).map(({ title, facts }) => (
          <dl key={title} aria-label={title}>
            <div class="title">
              <dt>{title}</dt>
              <dd />
            </div>
            {facts.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        ))}
      </div>
    </section>
  )
}

function toGroups({ source, writer, watcher, web, database }: HealthDocument, now: number) {
  const ago = (moment: string | null): string => {
    if (moment === null) return 'never'
    const age = formatAge(moment, now)
    return age === 'now' ? age : `${age} ago`
  }
  return [
    {
      title: 'Files',
      facts: [
        ['watched', formatCount(source.files)],
        ['being written', formatCount(source.active_files)],
        ['behind', formatBytes(source.bytes_behind)],
        ['lines skipped', formatCount(source.skipped_lines)],
        ['in quarantine', formatCount(source.quarantined_files.length)],
      ],
    },
    {
      title: 'Writer',
      facts: [
        ['last write', ago(writer.last_write_timestamp)],
        ['written', formatCount(writer.written_count)],
        ['failed', formatCount(writer.failed_write_count)],
        ['tried again', formatCount(writer.retry_count)],
        ['rejected', formatCount(writer.rejected_count)],
        ['dead letters', formatCount(writer.dead_letter_count)],
        ['in the spool', formatCount(writer.spooled_count)],
      ],
    },
    {
      title: 'Watcher',
      facts: [
        ['state', watcher.state.replaceAll('_', ' ')],
        ['started', ago(watcher.started_at)],
        ['restarts', formatCount(watcher.restart_count)],
        [
          'last exit',
          watcher.last_exit === null ? 'none' : `${watcher.last_exit.reason}, ${ago(watcher.last_exit.at)}`,
        ],
      ],
    },
    {
      title: 'Web and database',
      facts: [
        ['web restarts', formatCount(web.restart_count)],
        ['database', database.reachable ? 'reachable' : 'does not answer'],
        ['PostgreSQL', `${database.version ?? 'unknown'}${database.embedded ? ', embedded' : ''}`],
      ],
    },
  ] as const
}

function Charts({ minutes }: { readonly minutes: readonly Minute[] }) {
  const times = minutes.map(({ at }) => at / 1000)
  const total = minutes.reduce((sum, minute) => sum + countTurns(minute), 0)
  const slowest = Math.max(...minutes.map(({ slowest }) => slowest ?? 0))
  const usual = toUsualLatency(minutes)
  const bars = toBars(minutes)
  return (
    <section class="charts" aria-label="The last hour">
      <Chart
        key={bars.map(({ label }) => label).join()}
        title="Turns per minute"
        summary={`${formatCount(total)} in the last hour`}
        times={times}
        lines={bars}
        format={(value) => (Number.isInteger(value) ? formatCount(value) : '')}
      />
      <Chart
        title="From said to recorded"
        summary={
          usual === null
            ? 'nothing in the last hour'
            : `usually ${formatDuration(usual)}, at most ${formatDuration(slowest)}`
        }
        times={times}
        lines={[
          { label: 'half of them within', values: minutes.map(({ median }) => median) },
          { label: '95 of 100 within', values: minutes.map(({ p95 }) => p95) },
        ]}
        format={formatDuration}
      />
    </section>
  )
}

/** Bars that stand on one another: each agent's reaches as high as its turns and those of all below; the highest is drawn first. */
function toBars(minutes: readonly Minute[]) {
  const agents = [...new Set(minutes.flatMap(({ turns }) => Object.keys(turns)))].sort()
  return agents.map((agent, index) => ({
    label: formatAgent(agent) || 'unknown',
    values: minutes.map(({ turns }) => agents.slice(index).reduce((sum, one) => sum + (turns[one] ?? 0), 0)),
    isFilled: true,
  }))
}
