import { basename, dirname, join } from 'node:path'
import type { TranscriptFormat } from '../transcript-format.ts'
import { identify } from './identify.ts'
import { CodexParser } from './parser.ts'

/** Rollouts of Codex CLI: `sessions/YYYY/MM/DD/rollout-<time>-<session>.jsonl`, from the first versions on. */
export const codex: TranscriptFormat = {
  agent: 'codex',
  identify,
  // `codex` archives a session by moving its rollout; it can be taken up again from there.
  foldersBeside: (root) => (basename(root) === 'sessions' ? [join(dirname(root), 'archived_sessions')] : []),
  createParser: (identity, state, fileTime) => new CodexParser(identity, state, fileTime),
}
