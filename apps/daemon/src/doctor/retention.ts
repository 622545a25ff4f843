import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SourceSettings } from '@turnlog/config'
import type { RetentionFacts } from './doctor-facts.ts'

/** What Claude Code does where nothing is set: https://code.claude.com/docs/en/settings */
const CLAUDE_DEFAULT_DAYS = 30

/** How long an agent keeps its transcripts. Codex deletes none. */
export function readRetention({ agent, path }: SourceSettings): RetentionFacts {
  if (agent !== 'claude_code') return { days: null, file: null, problem: null }
  const file = join(dirname(path), 'settings.json')
  try {
    const settings: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const days = (settings as { readonly cleanupPeriodDays?: unknown } | null)?.cleanupPeriodDays
    if (days === undefined) return { days: CLAUDE_DEFAULT_DAYS, file: null, problem: null }
    if (typeof days === 'number') return { days, file, problem: null }
    return { days: CLAUDE_DEFAULT_DAYS, file: null, problem: `cleanupPeriodDays in ${file} is not a number` }
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return { days: CLAUDE_DEFAULT_DAYS, file: null, problem: isMissing ? null : `${file}: ${(error as Error).message}` }
  }
}
