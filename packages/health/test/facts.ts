import { type HealthFacts, NO_FILES, NO_WRITES } from '../src/index.ts'

/** Everything is well; `changes` are what a test is about. */
export function facts(
  changes: { readonly [Part in keyof HealthFacts]?: Partial<HealthFacts[Part]> } = {},
): HealthFacts {
  const child = { state: 'running', pid: 4242, restartCount: 0, lastExit: null, silentMs: 0 } as const
  return {
    watcher: {
      ...child,
      ready: true,
      hasBeenReady: true,
      startedAt: '2026-05-01T10:00:00.000Z',
      lastHeartbeatAt: '2026-05-01T10:00:05.000Z',
      problems: [],
      ...changes.watcher,
    },
    writer: { ...NO_WRITES, ...changes.writer },
    source: { ...NO_FILES, ...changes.source },
    database: { reachable: true, embedded: true, version: '18.4', problems: [], ...changes.database },
    web: { ...child, pid: 4243, ...changes.web },
  }
}

export const CRASH = {
  reason: 'exit',
  code: 1,
  signal: null,
  uptime_ms: 12,
  at: '2026-05-01T10:00:00.000Z',
  error: null,
} as const
