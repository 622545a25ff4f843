import { findProblems } from './find-problems.ts'
import { type HealthDocument, type HealthStatus, NO_FILES, NO_WRITES, type WatcherHealth } from './health-document.ts'
import type { HealthFacts, WatcherFacts } from './health-facts.ts'

/** Makes the health document of what is known. Whatever is wrong has its sentence among the reasons. */
export function assessHealth(facts: HealthFacts): HealthDocument {
  const { writer, source, database, web } = facts
  const problems = findProblems(facts)
  return {
    status: decideStatus(problems.length, facts),
    reasons: problems.map(({ sentence }) => sentence),
    watcher: toWatcherHealth(facts.watcher),
    writer,
    source,
    database: { reachable: database.reachable, embedded: database.embedded, version: database.version },
    web: { running: web.state === 'running', pid: web.pid, restart_count: web.restartCount },
  }
}

/**
 * The document where no daemon answers, made by whoever asked: nothing is recorded, and it is not known what was.
 *
 * @param problem why no daemon answers, one plain sentence
 * @param known what the asker knows by itself: a web server its own process, and whether it reaches the database
 */
export function assessAbsence(
  problem: string,
  known: { readonly webPid?: number; readonly database?: HealthDocument['database'] } = {},
): HealthDocument {
  const { webPid = null, database = { reachable: false, embedded: false, version: null } } = known
  const gone = { state: 'stopped', pid: null, restartCount: 0, lastExit: null, silentMs: null } as const
  const never = { ready: false, hasBeenReady: false, startedAt: null, lastHeartbeatAt: null }
  return {
    status: database.reachable ? 'degraded' : 'down',
    reasons: [problem],
    watcher: toWatcherHealth({ ...gone, ...never, problems: [] }),
    writer: NO_WRITES,
    source: NO_FILES,
    database,
    web: { running: webPid !== null, pid: webPid, restart_count: 0 },
  }
}

// The log can be read while nothing is recorded, and events are recorded while the web server is away: both are worth
// something. Without a watcher and without a database there is nothing left.
function decideStatus(problems: number, { watcher, database }: HealthFacts): HealthStatus {
  if (problems === 0) return 'ok'
  const isRecording = watcher.state === 'running' || watcher.state === 'starting'
  return isRecording || database.reachable ? 'degraded' : 'down'
}

function toWatcherHealth(watcher: WatcherFacts): WatcherHealth {
  return {
    running: watcher.state === 'running',
    ready: watcher.state === 'running' && watcher.ready,
    state: watcher.state,
    pid: watcher.pid,
    started_at: watcher.startedAt,
    restart_count: watcher.restartCount,
    last_heartbeat_at: watcher.lastHeartbeatAt,
    last_exit: watcher.lastExit,
  }
}
