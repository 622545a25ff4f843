import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { assessAbsence, assessHealth } from '../src/index.ts'
import { createHealthMetrics } from '../src/metrics.ts'
import { CRASH, facts } from './facts.ts'

const NOW = Date.parse('2026-05-01T10:00:07.500Z')
const hasPromtool = spawnSync('promtool', ['--version']).status === 0

function metrics() {
  return createHealthMetrics({ version: '1.2.3', now: () => NOW })
}

const busy = assessHealth(
  facts({
    watcher: { restartCount: 2, lastExit: CRASH },
    writer: { last_write_timestamp: '2026-05-01T10:00:06.000Z', failed_write_count: 3, written_count: 41 },
    source: { files: 9, bytes_behind: 512 },
  }),
)

describe('createHealthMetrics', () => {
  test('says in base units what the document says', async () => {
    const text = await metrics().render(busy)
    for (const line of [
      'turnlog_watcher_up 1',
      'turnlog_watcher_ready 1',
      'turnlog_watcher_state{state="running"} 1',
      'turnlog_watcher_state{state="crash_loop"} 0',
      'turnlog_watcher_restarts_total 2',
      'turnlog_watcher_heartbeat_age_seconds 2.5',
      'turnlog_writer_last_write_timestamp_seconds 1777629606',
      'turnlog_writer_write_failures_total 3',
      'turnlog_writer_events_written_total 41',
      'turnlog_source_behind_bytes 512',
      'turnlog_database_up 1',
      'turnlog_health_status{status="ok"} 1',
      `turnlog_build_info{version="1.2.3",node="${process.versions.node}"} 1`,
    ]) {
      expect(text.split('\n')).toContain(line)
    }
    expect(text).toMatch(/^process_start_time_seconds \d/m)
    expect(text).toMatch(/^process_resident_memory_bytes \d/m)
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds \d/m)
  })

  test('shows the latest document only, and no time that is not known', async () => {
    const { render } = metrics()
    await render(busy)
    const text = await render(assessAbsence('turnlog is not running.'))
    expect(text).toMatch(/^turnlog_watcher_up 0$/m)
    expect(text).toMatch(/^turnlog_watcher_restarts_total 0$/m)
    expect(text).not.toMatch(/^turnlog_watcher_heartbeat_age_seconds /m)
    expect(text).not.toMatch(/^turnlog_writer_last_write_timestamp_seconds /m)
  })

  test.skipIf(!hasPromtool)('pleases promtool (skipped where it is missing: apt-get install prometheus)', async () => {
    const { render } = metrics()
    for (const document of [busy, assessAbsence('turnlog is not running.')]) {
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
        input: await render(document),
        encoding: 'utf8',
      })
      expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' })
    }
  })
})
