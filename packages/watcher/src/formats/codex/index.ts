import type { TranscriptFormat } from '../transcript-format.ts'
import { identify } from './identify.ts'
import { CodexParser } from './parser.ts'

/** Rollouts of Codex CLI: `sessions/YYYY/MM/DD/rollout-<time>-<session>.jsonl`, from the first versions on. */
export const codex: TranscriptFormat = {
  agent: 'codex',
  identify,
  createParser: (identity, state) => new CodexParser(identity, state),
}
