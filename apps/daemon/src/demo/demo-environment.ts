import { join } from 'node:path'
import type { Settings } from '@turnlog/config'
import type { DemoPlace } from './demo-place.ts'

/**
 * The variables that make a turnlog of its own out of this one: other sources, another state directory, an embedded
 * database in it whatever the real one uses, and another port. All else is as set.
 */
export function toDemoEnvironment(place: DemoPlace, { server }: Settings, port: number | null): Record<string, string> {
  const sources = [
    { agent: 'claude_code', path: join(place.home, '.claude/projects') },
    { agent: 'codex', path: join(place.home, '.codex/sessions') },
  ]
  return {
    TURNLOG_STATE_DIR: place.stateDir,
    TURNLOG_SOURCES: JSON.stringify(sources),
    TURNLOG_DATABASE__URL: 'embedded',
    TURNLOG_SERVER__PORT: String(port ?? beside(server.port)),
  }
}

/** The next one; 0 is any port that is free. */
function beside(port: number): number {
  return port === 0 || port === 65_535 ? 0 : port + 1
}
